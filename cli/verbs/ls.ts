/** `jobdeck ls`: list jobs. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobList, ListQuery } from '../../shared/protocol.ts';
import { exitCodes } from '../exitCode.ts';
import { renderJobs } from '../pages/jobTable.ts';
import type { Cli, Runner } from '../runner.ts';
import { positive } from '../values/numbers.ts';
import { filterTimeOf } from '../values/times.ts';

/** The most jobs that the daemon returns in one page. */
const pageLimit = 500;
const defaultLimit = 50;

/** Filters that take one name each. */
type Names = Partial<Record<'type' | 'engine' | 'queue' | 'workspace', string>>;
type Filters = Omit<ListQuery, 'q' | 'parent' | 'limit' | keyof Names> & Names;

interface LsOptions extends Filters {
  failed?: boolean;
  text?: string;
  group?: string;
  limit: number;
  all?: boolean;
  quiet?: boolean;
}

export function addLs(program: Command, runner: Runner): void {
  program
    .command('ls')
    .alias('list')
    .alias('ps')
    .description('List jobs, newest first')
    .option('-q, --quiet', 'Print only IDs')
    .option('-a, --all', 'All jobs')
    .option('-n, --limit <number>', 'Maximum number of jobs', positive, defaultLimit)
    .option('--sort <field>', 'Sort by createdAt, endedAt or duration')
    .option('--order <order>', 'desc or asc')
    .option('--cursor <cursor>', 'Continue after an earlier list, with its “nextCursor”')
    .option('--json', 'Print {"jobs", "nextCursor", "total", "totalIsExact"} as JSON')
    .optionsGroup('Filters:')
    .option('-s, --status <statuses>', 'Statuses: pending, waiting, running, completed, failed, cancelled, lost')
    .addOption(new Option('--failed', 'Failed and lost jobs').conflicts('status'))
    .option('--type <type>', 'Type')
    .option('--queue <queue>', 'Queue')
    .option('--priority <priorities>', 'Priorities: low, normal, high, urgent')
    .option('--trigger <triggers>', 'Triggers: manual, scheduled, retrospective, reported')
    .option('--engine <engine>', 'Engine, such as local, celery or inngest')
    .option('--connection <name>', 'Connection to an engine')
    .option('--group <group>', 'Group, by ID or name')
    .option('--schedule <name>', 'Schedule')
    .option('--workspace <folder>', 'Folder the jobs were submitted from')
    .option('--created-by <name>', 'Submitter')
    .option('--since <time>', 'Created at or after: 2026-03-01, “2 days ago”, 30d, “last friday”')
    .option('--until <time>', 'Created before or at; a day is included')
    .option('--text <words>', 'Words in title, command, message or error')
    .addHelpText('after', '\nSeparate several statuses, priorities or triggers with commas.')
    .action(runner.act(ls));
}

async function ls({ session, out }: Cli, options: LsOptions): Promise<number> {
  const now = Date.now();
  const query = queryOf({
    ...options,
    since: await filterTimeOf('--since', options.since, now),
    until: await filterTimeOf('--until', options.until, now),
  });
  const { schedule } = query;
  if (schedule !== undefined) query.schedule = await session.persistently((client) => scheduleId(client, schedule));
  const limit = options.all === true ? Number.POSITIVE_INFINITY : options.limit;
  const list = await session.persistently((client) => listJobs(client, query, limit));
  if (out.json) {
    out.document(list);
    return exitCodes.ok;
  }
  if (options.quiet === true) out.lines(list.jobs.map(({ id }) => id));
  else if (list.jobs.length > 0) {
    out.lines(renderJobs(list.jobs, { now: Date.now(), width: out.width, colors: out.colors }));
  } else if (Object.values(query).some((value) => value !== undefined)) out.note('No matching jobs.');
  else out.note('No jobs yet. To run one: jobdeck run -- npm test');
  if (list.nextCursor !== null && out.isTerminal) {
    const total = `${list.totalIsExact ? '' : 'more than '}${list.total}`;
    out.note(`${list.jobs.length} of ${total} jobs. To list all: jobdeck ls --all`);
  }
  return exitCodes.ok;
}

/** The query for the options. The daemon reports invalid values. */
function queryOf(options: LsOptions & { json?: boolean }): ListQuery {
  const { json, quiet, all, limit, failed, status, text, group, workspace, ...filters } = options;
  return {
    ...filters,
    status: failed ? 'failed,lost' : status,
    q: text,
    parent: group,
    // Workspaces are absolute paths, and a shell doesn't expand “.”.
    workspace: workspace === undefined ? undefined : resolve(workspace),
  };
}

/** The ID of a schedule. A removed schedule is known only by its ID. */
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
