/** `jobdeck clear`: remove all finished jobs. */
import type { Command } from 'commander';
import type { JobStatus } from '../../shared/job.ts';
import { exitCodes } from '../exitCode.ts';
import type { Cli, Runner } from '../runner.ts';

export function addClear(program: Command, runner: Runner): void {
  program
    .command('clear')
    .description('Remove all finished jobs and their logs')
    .option('-s, --status <statuses>', 'Only these, separated by commas: completed, failed, cancelled, lost')
    .option('--json', 'Print {"removed"} as JSON')
    .action(runner.act(clear));
}

async function clear({ session, out }: Cli, { status }: { status?: string }): Promise<number> {
  // The daemon reports unknown statuses.
  const statuses = status?.split(',').map((word) => word.trim() as JobStatus);
  const removed = await session.once((client) => client.clear(statuses));
  out.result({ removed }, [removed === 1 ? 'Removed 1 job.' : `Removed ${removed} jobs.`]);
  return exitCodes.ok;
}
