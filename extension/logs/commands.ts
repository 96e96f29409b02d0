/** Commands that open the log of a job, or the source of its last error. */
import { chooseTargets } from '../commandKit/chooseJobs.ts';
import type { CommandTable } from '../commandKit/command.ts';
import type { ChooseDeps } from '../commandKit/deps.ts';
import { hasLog, mayNameSource } from '../row/menuTokens.ts';
import type { LogProblems } from './document/logProblems.ts';
import { clickedLine } from './lineLinks.ts';
import type { LogViews } from './logViews.ts';

type LogCommandName = 'openLog' | 'openWholeLog' | 'openProblem';

export interface LogCommandDeps extends ChooseDeps {
  readonly logs: Pick<LogViews, 'open' | 'openWhole'>;
  readonly problems: Pick<LogProblems, 'open'>;
}

export function logCommands(deps: LogCommandDeps): Pick<CommandTable, LogCommandName> {
  const { t } = deps;
  const logged = {
    applies: hasLog,
    placeholder: t('Select a job to open its log'),
    none: t('No jobs with a log yet.'),
  };
  const failed = {
    applies: mayNameSource,
    placeholder: t('Select a job to open the source of its last error'),
    none: t('No failed jobs.'),
  };
  return {
    openLog: {
      offline: 'offer',
      async run(args) {
        const line = clickedLine(args);
        for (const { job, attempt } of await chooseTargets(deps, args, logged))
          await deps.logs.open(job, attempt, { line });
      },
    },
    openWholeLog: {
      offline: 'works',
      async run(args) {
        const [target] = await chooseTargets(deps, args, logged);
        if (target === undefined) return;
        await deps.logs.openWhole({ jobId: target.job.id, attempt: target.attempt ?? target.job.attempt });
      },
    },
    openProblem: {
      offline: 'offer',
      async run(args) {
        const [target] = await chooseTargets(deps, args, failed);
        if (target === undefined) return;
        await deps.problems.open({ jobId: target.job.id, attempt: target.attempt ?? target.job.attempt });
      },
    },
  };
}
