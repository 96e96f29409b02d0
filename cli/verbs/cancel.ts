/** `jobdeck cancel`: ask jobs to stop. */
import type { Command } from 'commander';
import { forEachJob } from '../forEachJob.ts';
import { jobLine } from '../pages/jobLine.ts';
import type { Cli, Runner } from '../runner.ts';

export function addCancel(program: Command, runner: Runner): void {
  program
    .command('cancel')
    .description('cancel jobs: they are asked to stop, and killed after a grace period')
    .argument('<ids...>', 'the jobs')
    .option('--json', 'print the job as JSON; for several {"jobs", "errors"}')
    .action(runner.act(cancel));
}

function cancel(cli: Cli, ids: string[]): Promise<number> {
  return forEachJob(cli, ids, {
    act: (id) => cli.session.persistently((client) => client.cancel(id)),
    line: (job) => jobLine(job, cli.out.colors, Date.now()),
    one: (job) => job,
    several: (jobs) => ({ jobs }),
  });
}
