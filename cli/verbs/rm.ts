/** `jobdeck rm`: remove finished jobs with their logs. */
import type { Command } from 'commander';
import { JobdeckError } from '../../shared/errors.ts';
import { printFailures } from '../bulk.ts';
import { exitCodes } from '../exitCode.ts';
import { resolveJobs } from '../references.ts';
import type { Cli, Runner } from '../runner.ts';

export function addRm(program: Command, runner: Runner): void {
  program
    .command('rm')
    .description('Remove finished jobs and their logs')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print {"removed", "ids"} as JSON; for several also "errors"')
    .action(runner.act(rm));
}

async function rm(cli: Cli, refs: string[]): Promise<number> {
  const { session, out } = cli;
  const ids = await resolveJobs(session, refs);
  const { done, failed } = await session.once((client) => client.each('remove', { ids }));
  const [first] = failed;
  if (ids.length === 1 && first !== undefined) throw new JobdeckError(first.error);
  const removed = { removed: done.length, ids: done };
  out.result(
    ids.length === 1 ? removed : { ...removed, errors: failed },
    done.map((id) => `Removed ${id}`),
  );
  if (!out.json) printFailures(cli, failed);
  return failed.length === 0 ? exitCodes.ok : exitCodes.failed;
}
