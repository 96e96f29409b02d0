/** `jobdeck hold` and `jobdeck release`: keep jobs from starting, and let them. */
import type { Command } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { JobDetail } from '../../shared/job.ts';
import { forEachJob } from '../forEachJob.ts';
import { jobLine } from '../pages/jobLine.ts';
import type { Cli, Runner } from '../runner.ts';

export function addHold(program: Command, runner: Runner): void {
  const verb = (name: string, description: string, ask: (client: DaemonClient, id: string) => Promise<JobDetail>) =>
    program
      .command(name)
      .description(description)
      .argument('<ids...>', 'the jobs')
      .option('--json', 'print the job as JSON; for several {"jobs", "errors"}')
      .action(runner.act((cli, ids: string[]) => each(cli, ids, ask)));
  verb('hold', 'keep jobs that have not started from starting', (client, id) => client.hold(id));
  verb('release', 'let held jobs start in their turn', (client, id) => client.release(id));
}

function each(cli: Cli, ids: string[], ask: (client: DaemonClient, id: string) => Promise<JobDetail>): Promise<number> {
  return forEachJob(cli, ids, {
    act: (id) => cli.session.persistently((client) => ask(client, id)),
    line: (job) => jobLine(job, cli.out.colors, Date.now()),
    one: (job) => job,
    several: (jobs) => ({ jobs }),
  });
}
