/** `jobdeck hold` and `jobdeck release`. */
import type { Command } from 'commander';
import { forEachJob } from '../forEachJob.ts';
import type { Runner } from '../runner.ts';

export function addHold(program: Command, runner: Runner): void {
  program
    .command('hold')
    .description('Keep jobs that haven’t started from starting')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}')
    .action(runner.act((cli, ids: string[]) => forEachJob(cli, ids, (client, id) => client.hold(id))));
}

export function addRelease(program: Command, runner: Runner): void {
  program
    .command('release')
    .description('Let held jobs start')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}')
    .action(runner.act((cli, ids: string[]) => forEachJob(cli, ids, (client, id) => client.release(id))));
}
