/** `jobdeck clean`: remove old finished jobs. */
import type { Command } from 'commander';
import type { CleanRequest } from '../../shared/protocol.ts';
import { exitCodes } from '../exitCode.ts';
import { confirm } from '../output/confirm.ts';
import type { Cli, Runner } from '../runner.ts';
import { UsageError } from '../usageError.ts';
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
    .description('remove old finished jobs with their logs; without options those beyond the settings')
    .option('--older-than <time>', 'those that ended before: 30d, 2026-03-01, “2 weeks ago”')
    .option('--keep <number>', 'all but the latest so many', wholeNumber)
    .option('--dry-run', 'only say how many')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print {"removed", "dryRun"} as JSON')
    .action(runner.act(clean));
}

async function clean({ session, out }: Cli, { olderThan, keep, dryRun, yes }: CleanOptions): Promise<number> {
  const request: CleanRequest = { olderThan, keep };
  if (yes !== true) {
    const counted = await session.persistently((client) => client.clean({ ...request, dryRun: true }));
    if (dryRun === true) {
      out.result(counted, [`${jobs(counted.removed)} would be removed.`]);
      return exitCodes.ok;
    }
    const { removed } = counted;
    const question = `Remove ${jobs(removed)} with their logs?`;
    if (removed > 0 && !(await confirm(question, `${jobs(removed)} would be removed.`))) {
      out.note('Nothing was removed.');
      return exitCodes.failed;
    }
  } else if (dryRun === true) throw new UsageError('INVALID_REQUEST', '--yes and --dry-run exclude each other.');
  const done = await session.once((client) => client.clean(request));
  out.result(done, [`Removed ${jobs(done.removed)}.`]);
  return exitCodes.ok;
}

const jobs = (count: number) => (count === 1 ? '1 job' : `${count} jobs`);
