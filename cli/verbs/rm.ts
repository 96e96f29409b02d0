/** `jobdeck rm`: remove finished jobs with their logs. */
import type { Command } from 'commander';
import { forEachJob } from '../forEachJob.ts';
import type { Cli, Runner } from '../runner.ts';

export function addRm(program: Command, runner: Runner): void {
  program
    .command('rm')
    .description('remove finished jobs with their logs')
    .argument('<ids...>', 'the jobs')
    .option('--json', 'print {"removed", "ids"} as JSON; for several with "errors"')
    .action(runner.act(rm));
}

function rm(cli: Cli, ids: string[]): Promise<number> {
  const several = (removed: string[]) => ({ removed: removed.length, ids: removed });
  return forEachJob(cli, ids, {
    act: async (id) => {
      await cli.session.once((client) => client.remove(id));
      return id;
    },
    line: (id) => `Removed ${id}`,
    one: (id) => several([id]),
    several,
  });
}
