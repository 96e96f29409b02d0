/** `jobdeck rm`: remove finished jobs with their logs. */
import type { Command } from 'commander';
import { forEach } from '../forEach.ts';
import type { Cli, Runner } from '../runner.ts';

export function addRm(program: Command, runner: Runner): void {
  program
    .command('rm')
    .description('Remove finished jobs and their logs')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print {"removed", "ids"} as JSON; for several also "errors"')
    .action(runner.act(rm));
}

function rm(cli: Cli, ids: string[]): Promise<number> {
  const several = (removed: string[]) => ({ removed: removed.length, ids: removed });
  return forEach(cli, ids, {
    act: async (id) => {
      await cli.session.once((client) => client.remove(id));
      return id;
    },
    lines: (id) => [`Removed ${id}`],
    one: (id) => several([id]),
    several,
  });
}
