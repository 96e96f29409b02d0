/** `jobdeck cancel`: ask jobs to stop. */
import type { Command } from 'commander';
import { forEachJob } from '../forEachJob.ts';
import type { Runner } from '../runner.ts';

export function addCancel(program: Command, runner: Runner): void {
  program
    .command('cancel')
    .description('Cancel jobs: ask them to stop, and kill them after a grace period')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}')
    .action(runner.act((cli, ids: string[]) => forEachJob(cli, ids, (client, id) => client.cancel(id))));
}
