/** Commands on all jobs that match the filter of the jobs view, including jobs the window does not know. */
import type { DaemonClient } from '../../../shared/client/http.ts';
import type { Job } from '../../../shared/job.ts';
import { oneLine } from '../../base/text.ts';
import type { CommandTable } from '../../commandKit/command.ts';
import { confirmLoss, titles } from '../../commandKit/confirm.ts';
import type { MessageDeps, RequestDeps } from '../../commandKit/deps.ts';
import { forEachJob } from '../../commandKit/send.ts';
import { isFiltering } from '../filter/filter.ts';
import { describeFilter } from '../filter/filterWords.ts';
import type { JobsView } from '../jobsView.ts';
import { findMatching, type MatchCriteria } from './findMatching.ts';

type MatchingName = 'cancelMatching' | 'retryMatching' | 'removeMatching' | 'retryAllFailed';

export interface MatchingDeps extends RequestDeps, MessageDeps {
  readonly view: Pick<JobsView, 'tree' | 'withProgress'>;
}

/** An action on all matching jobs. */
interface BulkAction extends Pick<MatchCriteria, 'among' | 'applies'> {
  act(client: DaemonClient, id: string): Promise<unknown>;
  /** Message if no job matches. */
  readonly none: string;
  question(count: number): string;
  /** The buttons of the question. */
  readonly keep: string;
  readonly yes: string;
  doing(answered: number, all: number): string;
  done(count: number): string;
}

export function matchingCommands(deps: MatchingDeps): Pick<CommandTable, MatchingName> {
  const { t } = deps;
  const retrying = {
    applies: (job: Job) => job.capabilities.retry.allowed,
    act: (client: DaemonClient, id: string) => client.retry(id),
    keep: t('Don’t Retry'),
    yes: t('Retry'),
    doing: (answered: number, all: number) => t('Retrying {0} of {1} jobs…', answered, all),
    done: (count: number) => (count === 1 ? t('Retried 1 job.') : t('Retried {0} jobs.', count)),
  };
  return {
    cancelMatching: {
      offline: 'offer',
      run: () =>
        toAllThatMatch(deps, {
          among: ['pending', 'waiting', 'running'],
          applies: (job) => job.capabilities.cancel.allowed,
          act: (client, id) => client.cancel(id),
          none: t('No matching jobs to cancel.'),
          question: (count) => (count === 1 ? t('Cancel 1 job?') : t('Cancel {0} jobs?', count)),
          keep: t('Keep Running'),
          yes: t('Yes, Cancel Jobs'),
          doing: (answered, all) => t('Cancelling {0} of {1} jobs…', answered, all),
          done: (count) => (count === 1 ? t('Cancelled 1 job.') : t('Cancelled {0} jobs.', count)),
        }),
    },
    retryMatching: {
      offline: 'offer',
      startsJobs: true,
      run: () =>
        toAllThatMatch(deps, {
          ...retrying,
          among: ['failed', 'cancelled', 'lost'],
          none: t('No matching jobs to retry.'),
          question: (count) => (count === 1 ? t('Retry 1 job?') : t('Retry {0} jobs?', count)),
        }),
    },
    removeMatching: {
      offline: 'offer',
      run: () =>
        toAllThatMatch(deps, {
          among: ['completed', 'failed', 'cancelled', 'lost'],
          applies: (job) => job.capabilities.remove.allowed,
          act: (client, id) => client.remove(id),
          none: t('No matching jobs to remove.'),
          question: (count) =>
            count === 1 ? t('Remove 1 job and its logs?') : t('Remove {0} jobs and their logs?', count),
          keep: t('Keep Jobs'),
          yes: t('Remove'),
          doing: (answered, all) => t('Removing {0} of {1} jobs…', answered, all),
          done: (count) => (count === 1 ? t('Removed 1 job.') : t('Removed {0} jobs.', count)),
        }),
    },
    retryAllFailed: {
      offline: 'offer',
      startsJobs: true,
      run: () =>
        toAllThatMatch(deps, {
          ...retrying,
          among: ['failed'],
          none: t('No failed jobs to retry.'),
          question: (count) => (count === 1 ? t('Retry 1 failed job?') : t('Retry {0} failed jobs?', count)),
        }),
    },
  };
}

async function toAllThatMatch(deps: MatchingDeps, action: BulkAction): Promise<void> {
  const { t, view } = deps;
  // Keep the filter, in case another one is set before the question is answered.
  const { filter } = view.tree;
  const criteria = { ...action, filter, now: Date.now() };
  const jobs = await view.withProgress((report) =>
    findMatching(deps, criteria, (count) => report(t('Counting jobs: {0}…', count))),
  );
  if (jobs.length === 0) return deps.showMessage(action.none);
  const which = isFiltering(filter)
    ? t('Filter: {0}', oneLine(describeFilter(filter, t)))
    : t('No filter is set. This affects all jobs, including those of other windows.');
  const buttons = { keep: action.keep, lose: action.yes };
  if (!(await confirmLoss(action.question(jobs.length), `${which}\n\n${titles(jobs)}`, buttons))) return;
  await view.withProgress((report) =>
    forEachJob(
      deps,
      jobs,
      (client, { id }) => action.act(client, id),
      (answered) => report(action.doing(answered, jobs.length)),
    ),
  );
  deps.showMessage(action.done(jobs.length));
}
