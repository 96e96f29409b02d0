/** `jobdeck pause` and `jobdeck resume`: suspend running jobs. */
import type { Command } from 'commander';
import { forEachJob } from '../forEachJob.ts';
import type { Runner } from '../runner.ts';

export function addPause(program: Command, runner: Runner): void {
  program
    .command('pause')
    .description('Suspend the processes of running jobs')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}')
    .addHelpText('after', '\nA paused job keeps its memory, files and network connections. Remote ends may time out.')
    .action(runner.act((cli, ids: string[]) => forEachJob(cli, ids, (client, id) => client.pause(id))));
}

export function addResume(program: Command, runner: Runner): void {
  program
    .command('resume')
    .description('Let paused jobs continue')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}')
    .action(runner.act((cli, ids: string[]) => forEachJob(cli, ids, (client, id) => client.resume(id))));
}
