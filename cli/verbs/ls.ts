/** `jobdeck ls`: the jobs of a filter, newest first. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobList, ListQuery } from '../../shared/protocol.ts';
import { exitCodes } from '../exitCode.ts';
import { renderJobs } from '../pages/jobTable.ts';
import type { Cli, Runner } from '../runner.ts';
import { positive } from '../values/numbers.ts';
import { filterTimeOf } from '../values/times.ts';

/** Jobs the daemon gives at once, at most. */
const pageLimit = 500;
const defaultLimit = 50;

/** Of names one each. */
type Names = Partial<Record<'type' | 'engine' | 'queue' | 'workspace', string>>;
type Filters = Omit<ListQuery, 'q' | 'parent' | 'limit' | keyof Names> & Names;

interface LsOptions extends Filters {
  text?: string;
  group?: string;
  limit: number;
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
    .option('--queue <queue>', 'only jobs of this queue')
    .option('--priority <priorities>', 'only these, separated by commas: low, normal, high, urgent')
    .option('--trigger <triggers>', 'only jobs started so: manual, scheduled, retrospective, reported')
    .option('--engine <engine>', 'only jobs of this engine, such as local, celery or inngest')
    .option('--connection <name>', 'only jobs of this connection')
    .option('--group <group>', 'only jobs of this group: its id or its name')
    .option('--schedule <name>', 'only runs of this schedule')
    .option('--workspace <folder>', 'only jobs submitted from this folder')
    .option('--created-by <name>', 'only jobs of this submitter')
    .option('--since <time>', 'only jobs created since: 2026-03-01, “2 days ago”, 30d, “last friday”')
    .option('--until <time>', 'only jobs created until then; a day is included')
    .option('--text <words>', 'only jobs with these words in title, command, message or error')
    .option('--sort <value>', 'by createdAt, endedAt or duration')
    .option('--order <order>', 'desc or asc')
    .option('-n, --limit <number>', 'at most so many', positive, defaultLimit)
    .option('--cursor <cursor>', 'go on after an earlier list, from its “nextCursor”')
    .option('-a, --all', 'all there are')
    .option('--json', 'print one JSON document: {"jobs", "nextCursor", "total", "totalIsExact"}')
    .action(runner.act(ls));
}

async function ls({ session, out }: Cli, options: LsOptions): Promise<number> {
  const now = Date.now();
  const query = queryOf({
    ...options,
    ...{
      since: await filterTimeOf('since', options.since, now),
      until: await filterTimeOf('until', options.until, now),
    },
  });
  const { schedule } = query;
  if (schedule !== undefined) query.schedule = await session.persistently((client) => scheduleId(client, schedule));
  const limit = options.all === true ? Number.POSITIVE_INFINITY : options.limit;
  const list = await session.persistently((client) => listJobs(client, query, limit));
  if (out.json) {
    out.document(list);
    return exitCodes.ok;
  }
  if (list.jobs.length > 0) out.lines(renderJobs(list.jobs, { now: Date.now(), width: out.width, colors: out.colors }));
  else if (Object.values(query).some((value) => value !== undefined)) out.note('No job fits.');
  else out.note('There are no jobs yet. Run one: jobdeck run -- npm test');
  if (list.nextCursor !== null && out.isTerminal) {
    const total = `${list.totalIsExact ? '' : 'more than '}${list.total}`;
    out.note(`${list.jobs.length} of ${total} jobs; --all shows the rest.`);
  }
  return exitCodes.ok;
}

/** What the options ask the daemon for, which says what it does not understand. */
function queryOf({ text, group, limit, all, workspace, ...filters }: LsOptions & { json?: boolean }): ListQuery {
  const { json, ...query } = filters;
  return {
    ...query,
    q: text,
    parent: group,
    // Workspaces are absolute, and a shell leaves “.” as it is.
    workspace: workspace === undefined ? undefined : resolve(workspace),
  };
}

/** The id that jobs have of a schedule. One that has been removed is known by its id alone. */
async function scheduleId(client: DaemonClient, ref: string): Promise<string> {
  try {
    return (await client.schedule(ref)).id;
  } catch (error) {
    const isGone = error instanceof JobdeckError && error.code === 'SCHEDULE_NOT_FOUND';
    if (isGone && /^[0-9a-z]{10}$/.test(ref)) return ref;
    throw error;
  }
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
