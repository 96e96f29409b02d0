/** `jobdeck start` and `jobdeck priority`: let waiting jobs start now, or earlier. */
import { Argument, type Command } from 'commander';
import type { Priority } from '../../shared/job.ts';
import { priorities } from '../../shared/vocabulary.ts';
import { forEachJob } from '../forEachJob.ts';
import type { Runner } from '../runner.ts';

export function addStart(program: Command, runner: Runner): void {
  program
    .command('start')
    .description('Start waiting jobs now')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}')
    .addHelpText(
      'after',
      '\nIgnores a hold, a start time, the delay of a retry, and the limits and pauses of queues and groups. A job that' +
        ' starts\nafter another job still waits for it.',
    )
    .action(runner.act((cli, ids: string[]) => forEachJob(cli, ids, (client, id) => client.start(id))));
}

export function addPriority(program: Command, runner: Runner): void {
  program
    .command('priority')
    .description('Change the priority of jobs that haven’t started')
    .addArgument(new Argument('<priority>', 'Priority in the queue').choices(priorities))
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}')
    .action(
      runner.act((cli, priority: Priority, ids: string[]) =>
        forEachJob(cli, ids, (client, id) => client.setPriority(id, priority)),
      ),
    );
}
