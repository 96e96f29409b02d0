/** `jobdeck kill`: end jobs as failed and kill their processes. */
import type { Command } from 'commander';
import { changeJobs } from '../bulk.ts';
import { exitCodes } from '../exitCode.ts';
import { confirm } from '../output/confirm.ts';
import { usageError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';

interface KillOptions {
  all?: boolean;
  yes?: boolean;
  reason?: string;
}

export function addKill(program: Command, runner: Runner): void {
  program
    .command('kill')
    .alias('rescue')
    .description('Kill jobs immediately and mark them as failed, whatever their state')
    .argument('[ids...]', 'Jobs')
    .option('--all', 'Kill every unfinished job, including waiting ones')
    .option('-y, --yes', 'Don’t ask for confirmation')
    .option('--reason <text>', 'Reason to record with the job')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}; with --all {"failed"}')
    .addHelpText(
      'after',
      '\nTry “jobdeck cancel” first: it lets a program clean up.\nOf a finished job, it kills the processes that are still running.',
    )
    .action(runner.act(kill));
}

function kill(cli: Cli, ids: string[], options: KillOptions): Promise<number> {
  const { all = false, reason } = options;
  if (all === ids.length > 0) {
    throw usageError('INVALID_REQUEST/idsOrAll');
  }
  if (all) return killAll(cli, options);
  return changeJobs(cli, ids, {
    name: 'forceFail',
    one: (client, id) => client.forceFail(id, reason),
    mayRepeat: false,
    reason,
  });
}

async function killAll({ session, out }: Cli, { yes = false, reason }: KillOptions): Promise<number> {
  if (!yes) {
    const { jobs: counts } = await session.persistently((client) => client.health());
    const count = counts.pending + counts.waiting + counts.running;
    if (
      count > 0 &&
      !(await confirm(`Kill ${jobs(count)}?`, usageError('CONFIRMATION_NEEDED/killAll', { jobs: jobs(count) })))
    ) {
      out.note('Nothing was killed.');
      return exitCodes.failed;
    }
  }
  const done = await session.once((client) => client.forceFailAll({ confirm: true, reason }));
  const count = done.failed.length;
  out.result(done, [count === 0 ? 'No jobs to kill.' : `Killed ${jobs(count)}:`, ...done.failed]);
  return exitCodes.ok;
}

const jobs = (count: number) => (count === 1 ? '1 job' : `${count} jobs`);
