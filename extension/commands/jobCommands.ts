/** Commands that cancel, retry and remove one or several jobs. */

import * as vscode from 'vscode';
import type { DaemonClient } from '../../shared/client/http.ts';
import { formatCommand } from '../../shared/format.ts';
import type { Job, JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { chooseJobs } from '../commandKit/chooseJobs.ts';
import type { CommandTable } from '../commandKit/command.ts';
import { confirmLoss, titles } from '../commandKit/confirm.ts';
import type { ChooseDeps, StartDeps } from '../commandKit/deps.ts';
import { askText } from '../commandKit/quickInput.ts';
import { warnOfRetries } from '../commandKit/retryNotice.ts';
import { forEachJob } from '../commandKit/send.ts';

type JobCommandName = 'cancel' | 'retry' | 'runAgain' | 'retryEdited' | 'remove' | 'clearFinished';

export type JobCommandDeps = ChooseDeps & StartDeps;

export function jobCommands(deps: JobCommandDeps): Pick<CommandTable, JobCommandName> {
  const { t } = deps;
  return {
    cancel: {
      offline: 'offer',
      async run(args) {
        const jobs = await chooseJobs(deps, args, {
          applies: (job) => job.capabilities.cancel.allowed,
          placeholder: t('Select a job to cancel'),
          none: t('No jobs to cancel.'),
        });
        if (jobs.length > 1) {
          const question = t('Cancel {0} jobs?', jobs.length);
          const buttons = { keep: t('Keep Running'), lose: t('Yes, Cancel Jobs') };
          if (!(await confirmLoss(question, titles(jobs), buttons))) return;
        }
        await forEachJob(deps, jobs, (client, { id }) => client.cancel(id));
      },
    },
    retry: {
      offline: 'offer',
      startsJobs: true,
      run: async (args) =>
        retry(
          deps,
          await chooseJobs(deps, args, {
            applies: (job) => job.capabilities.retry.allowed && job.status !== 'completed',
            placeholder: t('Select a job to retry'),
            none: t('No failed or cancelled jobs to retry.'),
          }),
        ),
    },
    runAgain: {
      offline: 'offer',
      startsJobs: true,
      run: async (args) =>
        retry(
          deps,
          await chooseJobs(deps, args, {
            applies: (job) => job.capabilities.retry.allowed,
            placeholder: t('Select a job to run again'),
            none: t('No finished jobs yet.'),
          }),
        ),
    },
    retryEdited: {
      offline: 'offer',
      startsJobs: true,
      async run(args) {
        const [job] = await chooseJobs(deps, args, {
          applies: ({ capabilities, commandLine, connection }) =>
            capabilities.retry.allowed && commandLine !== null && connection === null,
          placeholder: t('Select a job to retry with an edited command'),
          none: t('No finished jobs yet.'),
        });
        if (job !== undefined) await retryEdited(deps, job);
      },
    },
    remove: {
      offline: 'offer',
      async run(args) {
        const jobs = await chooseJobs(deps, args, {
          applies: (job) => job.capabilities.remove.allowed,
          placeholder: t('Select a job to remove'),
          none: t('No finished jobs to remove.'),
        });
        if (jobs.length === 0) return;
        const question =
          jobs.length === 1 ? t('Remove this job and its logs?') : t('Remove {0} jobs and their logs?', jobs.length);
        if (!(await confirmLoss(question, titles(jobs), { keep: t('Keep Jobs'), lose: t('Remove') }))) return;
        await forEachJob(deps, jobs, (client, { id }) => client.remove(id));
      },
    },
    clearFinished: { offline: 'offer', run: () => clearFinished(deps) },
  };
}

/** Retries the jobs. A single job is shown. */
async function retry(deps: JobCommandDeps, jobs: readonly Job[]): Promise<void> {
  const retried = await forEachJob(deps, jobs, (client, { id }) => client.retry(id));
  showStart(deps, retried);
  warnOfRetries(retried, deps.t);
}

async function retryEdited(deps: JobCommandDeps, job: Job): Promise<void> {
  const { t } = deps;
  const client = await deps.connection.client();
  const { command } = await client.get(job.id);
  const before = command === null ? '' : formatCommand(command);
  const line = await askText({
    title: t('Retry “{0}” with Edited Command', job.title),
    prompt: t('Shell command. It replaces the command of the job.'),
    value: before,
    validateInput: (value) => (value.trim() === '' ? t('Enter a command to run.') : undefined),
  });
  if (line === undefined) return;
  const edited = line.trim() === before ? undefined : { shell: line.trim() };
  const retried = await (await deps.connection.client()).retry(job.id, edited);
  showStart(deps, [retried]);
  warnOfRetries([retried], t);
}

function showStart(deps: StartDeps, started: readonly JobDetail[]): void {
  const [only] = started;
  if (only !== undefined && started.length === 1) deps.showStarted(only);
}

async function clearFinished(deps: ChooseDeps): Promise<void> {
  const { t } = deps;
  const finished = deps.model.all().filter((job) => isTerminal(job.status));
  if (finished.length === 0) return deps.showMessage(t('No finished jobs to remove.'));
  const keep = t('Keep Jobs');
  const all = t('Remove All');
  const allButFailed = t('Remove All but Failed');
  const anyFailed = finished.some(({ status }) => status === 'failed' || status === 'lost');
  const choice = await vscode.window.showWarningMessage(
    t('Remove all finished jobs and their logs?'),
    { modal: true, detail: t('This affects the jobs of all windows and can’t be undone.') },
    // Enter presses the first button, so that is the one that removes nothing.
    keep,
    ...(anyFailed ? [allButFailed] : []),
    all,
  );
  if (choice !== all && choice !== allButFailed) return;
  const client: DaemonClient = await deps.connection.client();
  await client.clear(choice === allButFailed ? ['completed', 'cancelled'] : undefined);
}
