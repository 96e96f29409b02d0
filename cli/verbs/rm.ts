/** `jobdeck rm`: remove finished jobs with their logs. */
import type { Command } from 'commander';
import { forEach } from '../forEach.ts';
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
  const several = (removed: string[]) => ({ removed: removed.length, ids: removed });
  return forEach(cli, await resolveJobs(cli.session, refs), {
    act: async (id) => {
      await cli.session.once((client) => client.remove(id));
      return id;
    },
    lines: (id) => [`Removed ${id}`],
    one: (id) => several([id]),
    several,
  });
}
