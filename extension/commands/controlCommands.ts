/** Commands that keep jobs from going on, and let them: pause and resume, hold and release. */
import type { DaemonClient } from '../../shared/client/http.ts';
import type { JobAction } from '../../shared/job.ts';
import { chooseJobs } from './choose.ts';
import type { CommandSpec, CommandTable } from './command.ts';
import type { CommandDeps } from './deps.ts';
import { forEachJob } from './each.ts';

type ControlName = 'pause' | 'resume' | 'hold' | 'release';

interface Control {
  readonly action: JobAction & keyof DaemonClient & ControlName;
  readonly placeholder: string;
  readonly none: string;
}

export function controlCommands(deps: CommandDeps): Pick<CommandTable, ControlName> {
  const { t } = deps;
  return {
    pause: control(deps, {
      action: 'pause',
      placeholder: t('Which job is to be paused?'),
      none: t('No job runs that could be paused.'),
    }),
    resume: control(deps, {
      action: 'resume',
      placeholder: t('Which job is to go on?'),
      none: t('No job is paused.'),
    }),
    hold: control(deps, {
      action: 'hold',
      placeholder: t('Which job is to wait until it is released?'),
      none: t('No job waits that could be held.'),
    }),
    release: control(deps, {
      action: 'release',
      placeholder: t('Which job is to be released?'),
      none: t('No job is held.'),
    }),
  };
}

function control(deps: CommandDeps, { action, placeholder, none }: Control): CommandSpec {
  return {
    offline: 'offer',
    async run(args) {
      const applies: Parameters<typeof chooseJobs>[2]['applies'] = (job) => job.capabilities[action].allowed;
      const jobs = await chooseJobs(deps, args, { applies, placeholder, none });
      await forEachJob(deps, jobs, (client, { id }) => client[action](id));
    },
  };
}
