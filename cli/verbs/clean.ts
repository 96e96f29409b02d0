/** `jobdeck clean`: remove old finished jobs. */
import type { Command } from 'commander';
import type { CleanRequest } from '../../shared/protocol.ts';
import { exitCodes } from '../exitCode.ts';
import { confirm } from '../output/confirm.ts';
import { usageError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';
import { wholeNumber } from '../values/numbers.ts';

interface CleanOptions {
  olderThan?: string;
  keep?: number;
  dryRun?: boolean;
  yes?: boolean;
}

export function addClean(program: Command, runner: Runner): void {
  program
    .command('clean')
    .description('Remove old finished jobs and their logs')
    .option('--older-than <time>', 'Jobs that finished before this: 30d, 2026-03-01, “2 weeks ago”')
    .option('--keep <number>', 'All jobs except the latest ones', wholeNumber)
    .option('--dry-run', 'Only print how many jobs would be removed')
    .option('-y, --yes', 'Don’t ask for confirmation')
    .option('--json', 'Print {"removed", "dryRun"} as JSON')
    .addHelpText('after', '\nWithout --older-than and --keep, the limits of the settings apply.')
    .action(runner.act(clean));
}

async function clean({ session, out }: Cli, { olderThan, keep, dryRun, yes }: CleanOptions): Promise<number> {
  const request: CleanRequest = { olderThan, keep };
  if (yes !== true) {
    const counted = await session.persistently((client) => client.clean({ ...request, dryRun: true }));
    const { removed } = counted;
    if (dryRun === true) {
      out.result(counted, [`${jobs(removed)} would be removed.`]);
      return exitCodes.ok;
    }
    const question = `Remove ${jobs(removed)} and their logs?`;
    if (removed > 0 && !(await confirm(question, usageError('CONFIRMATION_NEEDED/remove', { jobs: jobs(removed) })))) {
      out.note('Nothing was removed.');
      return exitCodes.failed;
    }
  } else if (dryRun === true)
    throw usageError('INVALID_REQUEST/exclusiveOptions', { one: '--yes', other: '--dry-run' });
  const done = await session.once((client) => client.clean(request));
  out.result(done, [`Removed ${jobs(done.removed)}.`]);
  return exitCodes.ok;
}

const jobs = (count: number) => (count === 1 ? '1 job' : `${count} jobs`);
