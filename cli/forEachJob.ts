/** Actions on jobs that print each job on one line. */
import type { DaemonClient } from '../shared/client/http.ts';
import type { JobDetail } from '../shared/job.ts';
import { forEach } from './forEach.ts';
import { jobLine } from './pages/jobLine.ts';
import { resolveJobs } from './references.ts';
import type { Cli } from './runner.ts';

/** Runs a request that can be repeated for each job. */
export function forEachJob(
  cli: Cli,
  refs: readonly string[],
  request: (client: DaemonClient, id: string) => Promise<JobDetail>,
): Promise<number> {
  return printEachJob(cli, refs, (id) => cli.session.persistently((client) => request(client, id)));
}

/** Runs an action for each job. */
export async function printEachJob(
  cli: Cli,
  refs: readonly string[],
  act: (id: string) => Promise<JobDetail>,
): Promise<number> {
  return forEach(cli, await resolveJobs(cli.session, refs), {
    act,
    lines: (job) => [jobLine(job, cli.out.colors, Date.now())],
    one: (job) => job,
    several: (jobs) => ({ jobs }),
  });
}
