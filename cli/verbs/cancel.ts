/** `jobdeck cancel`: ask jobs to stop. */
import type { Command } from 'commander';
import type { CancelSignal } from '../../shared/job.ts';
import { changeJobs, changeMatching, type JobAction } from '../bulk.ts';
import { type FilterOptions, filterOf, isFiltering } from '../filters.ts';
import { usageError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';
import { collect } from '../submitting/options.ts';
import { signalOption } from '../values/signals.ts';

interface CancelOptions extends SignalOption, Pick<FilterOptions, 'queue' | 'group' | 'tag'> {
  all?: boolean;
  yes?: boolean;
}

interface SignalOption {
  signal?: CancelSignal;
}

/** With a signal, the cancel begins with that signal. */
const actionWith = (signal: CancelSignal | undefined): JobAction => ({
  name: 'cancel',
  one: (client, id) => client.cancel(id, signal === undefined ? {} : { signal, kill: true }),
  mayRepeat: true,
  signal,
});

export function addCancel(program: Command, runner: Runner): void {
  program
    .command('cancel')
    .description('Cancel jobs: ask them to stop, and kill them after a grace period')
    .argument('[ids...]', 'Jobs')
    .option('--queue <queue>', 'All unfinished jobs of a queue')
    .option('--group <group>', 'All unfinished jobs of a group')
    .option('--tag <tag>', 'All unfinished jobs with this tag, or any of several (repeatable)', collect)
    .option('--all', 'All unfinished jobs')
    .addOption(
      signalOption('-s, --signal <signal>', 'Signal to send first (default: TERM, or the job’s --stop-signal)'),
    )
    .option('-y, --yes', 'Don’t ask for confirmation')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}; without IDs as {"done", "failed"}')
    .action(runner.act(cancel));
}

async function cancel(
  cli: Cli,
  refs: string[],
  { all = false, yes, signal, ...filters }: CancelOptions,
): Promise<number> {
  const action = actionWith(signal);
  const filter = await filterOf(cli.session, filters);
  const selections = [refs.length > 0, all, isFiltering(filter)].filter((isGiven) => isGiven);
  if (selections.length !== 1) throw usageError('INVALID_REQUEST/jobsToCancel');
  if (refs.length > 0) return changeJobs(cli, refs, action);
  return changeMatching(cli, filter, action, { yes, verb: 'cancel', doing: 'Cancelling' });
}
