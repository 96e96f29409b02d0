/** `jobdeck rescue`: end jobs by force. */
import type { Command } from 'commander';
import { exitCodes } from '../exitCode.ts';
import { forEachJob } from '../forEachJob.ts';
import { confirm } from '../output/confirm.ts';
import { jobLine } from '../pages/jobLine.ts';
import type { Cli, Runner } from '../runner.ts';
import { UsageError } from '../usageError.ts';

interface RescueOptions {
  all?: boolean;
  yes?: boolean;
  reason?: string;
}

export function addRescue(program: Command, runner: Runner): void {
  program
    .command('rescue')
    .description('end jobs as failed, whatever they do, and kill their processes at once')
    .argument('[ids...]', 'the jobs')
    .option('--all', 'every job that has not ended, also those that wait')
    .option('-y, --yes', 'do not ask')
    .option('--reason <text>', 'why; it is told with the job')
    .option('--json', 'print the job as JSON; for several {"jobs", "errors"}; with --all {"failed"}')
    .addHelpText('after', '\nTry “jobdeck cancel” first: it lets a program clean up after itself.')
    .action(runner.act(rescue));
}

function rescue(cli: Cli, ids: string[], options: RescueOptions): Promise<number> {
  const { all = false, reason } = options;
  if (all === ids.length > 0) {
    const hint = 'Such as: jobdeck rescue 4k9x2m7qpa, or for all that have not ended: jobdeck rescue --all';
    throw new UsageError('INVALID_REQUEST', 'It takes either ids of jobs or --all.', hint);
  }
  if (all) return rescueAll(cli, options);
  return forEachJob(cli, ids, {
    act: (id) => cli.session.once((client) => client.forceFail(id, reason)),
    line: (job) => jobLine(job, cli.out.colors, Date.now()),
    one: (job) => job,
    several: (jobs) => ({ jobs }),
  });
}

async function rescueAll({ session, out }: Cli, { yes = false, reason }: RescueOptions): Promise<number> {
  if (!yes) {
    const { jobs: counts } = await session.persistently((client) => client.health());
    const count = counts.pending + counts.waiting + counts.running;
    const question = `End ${jobs(count)} by force, and kill what runs?`;
    if (count > 0 && !(await confirm(question, `${jobs(count)} would be ended by force.`))) {
      out.note('Nothing was ended.');
      return exitCodes.failed;
    }
  }
  const done = await session.once((client) => client.forceFailAll({ confirm: true, reason }));
  const count = done.failed.length;
  out.result(done, [count === 0 ? 'There was nothing to end.' : `Ended ${jobs(count)} by force.`, ...done.failed]);
  return exitCodes.ok;
}

const jobs = (count: number) => (count === 1 ? '1 job' : `${count} jobs`);
