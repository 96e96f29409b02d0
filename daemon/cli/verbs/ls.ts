/** `jobdeck ls`: the jobs, newest first. */
import { type Command, InvalidArgumentError } from 'commander';
import type { DaemonClient } from '../../../shared/client/http.ts';
import type { JobList, ListQuery } from '../../../shared/protocol.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes } from '../exitCode.ts';
import { renderTable } from '../table.ts';

/** Jobs the daemon gives at once, at most. */
const pageLimit = 500;
const defaultLimit = 50;

interface LsOptions {
  status?: string;
  type?: string;
  limit: number;
  cursor?: string;
  all?: boolean;
}

export function addLs(program: Command, runner: Runner): void {
  program
    .command('ls')
    .alias('list')
    .description('list jobs, newest first')
    .option(
      '-s, --status <statuses>',
      'only these, separated by commas: pending, running, completed, failed, cancelled, …',
    )
    .option('--type <type>', 'only jobs of this type')
    .option('-n, --limit <number>', 'at most so many', positive, defaultLimit)
    .option('--cursor <cursor>', 'go on after an earlier list, from its “nextCursor”')
    .option('-a, --all', 'all there are')
    .option('--json', 'print one JSON document: {"jobs", "nextCursor", "total"}')
    .action(runner.act(ls));
}

async function ls({ session, out }: Cli, options: LsOptions): Promise<number> {
  const { status, type, cursor } = options;
  const limit = options.all === true ? Number.POSITIVE_INFINITY : options.limit;
  const list = await session.persistently((client) => listJobs(client, { status, type, cursor }, limit));
  if (out.json) {
    out.document(list);
    return exitCodes.ok;
  }
  if (list.jobs.length > 0)
    out.lines(renderTable(list.jobs, { now: Date.now(), width: out.width, colors: out.colors }));
  else if (status !== undefined || type !== undefined) out.note('No job fits.');
  else out.note('There are no jobs yet. Run one: jobdeck run -- npm test');
  if (list.nextCursor !== null && out.isTerminal) {
    out.note(`${list.jobs.length} of ${list.total} jobs; --all shows the rest.`);
  }
  return exitCodes.ok;
}

/** Up to `limit` jobs, page by page. */
async function listJobs(client: DaemonClient, query: ListQuery, limit: number): Promise<JobList> {
  const jobs: JobList['jobs'] = [];
  let { cursor } = query;
  for (;;) {
    const page = await client.list({ ...query, cursor, limit: Math.min(pageLimit, limit - jobs.length) });
    jobs.push(...page.jobs);
    if (page.nextCursor === null || jobs.length >= limit) return { ...page, jobs };
    cursor = page.nextCursor;
  }
}

/** A whole number from 1 of the command line. */
export function positive(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It has to be a whole number from 1.');
  return value;
}
