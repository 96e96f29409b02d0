/** Commands on waiting jobs: start them now, or let them start earlier or later. */
import type { Job, Priority } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { texts } from '../../shared/translate.ts';
import { priorities } from '../../shared/vocabulary.ts';
import { chooseJobs } from '../commandKit/chooseJobs.ts';
import type { CommandTable } from '../commandKit/command.ts';
import type { ChooseDeps } from '../commandKit/deps.ts';
import { pickOne } from '../commandKit/quickInput.ts';
import { forEachJob } from '../commandKit/send.ts';

const words: Record<Priority, string> = texts({ low: 'Low', normal: 'Normal', high: 'High', urgent: 'Urgent' });

export function waitingCommands(deps: ChooseDeps): Pick<CommandTable, 'startNow' | 'raisePriority' | 'setPriority'> {
  const { t } = deps;
  const change = { placeholder: t('Select a job to change its priority'), none: t('No waiting jobs.') };
  return {
    startNow: {
      offline: 'offer',
      startsJobs: true,
      async run(args) {
        const jobs = await chooseJobs(deps, args, {
          applies: ({ capabilities }) => capabilities.start.allowed,
          placeholder: t('Select a job to start now'),
          none: t('No waiting jobs that can start now.'),
        });
        await forEachJob(deps, jobs, (client, { id }) => client.start(id));
      },
    },
    raisePriority: {
      offline: 'offer',
      async run(args) {
        const jobs = await chooseJobs(deps, args, { ...change, applies: (job) => higher(job) !== null });
        await forEachJob(deps, jobs, async (client, job) => {
          const priority = higher(job);
          return priority === null ? null : client.setPriority(job.id, priority);
        });
      },
    },
    setPriority: {
      offline: 'offer',
      async run(args) {
        const jobs = await chooseJobs(deps, args, { ...change, applies: mayChange });
        if (jobs.length === 0) return;
        const priority = await pickPriority(deps, jobs);
        if (priority !== undefined) await forEachJob(deps, jobs, (client, { id }) => client.setPriority(id, priority));
      },
    },
  };
}

const mayChange = ({ capabilities, status }: Job) => capabilities.priority.allowed && !isTerminal(status);

/** The next higher priority; null if there is none or the job has started. */
function higher(job: Job): Priority | null {
  return mayChange(job) ? (priorities[priorities.indexOf(job.priority) + 1] ?? null) : null;
}

/** Asks for a priority, highest first. The current one is marked. */
async function pickPriority({ t }: ChooseDeps, jobs: readonly Job[]): Promise<Priority | undefined> {
  const [current, ...others] = [...new Set(jobs.map(({ priority }) => priority))];
  const items = priorities.toReversed().map((priority) => ({
    label: t(words[priority]),
    ...(others.length === 0 && priority === current ? { description: t('current') } : {}),
    priority,
  }));
  return (await pickOne(items, { placeHolder: t('Select a priority') }))?.priority;
}
