/** `jobdeck ls`: list jobs. */
import type { Command } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Warning } from '../../shared/daemon.ts';
import { isDatabaseLost } from '../../shared/errors.ts';
import type { JobList, ListQuery } from '../../shared/protocol.ts';
import { exitCodes } from '../exitCode.ts';
import { type FilterOptions, filterOf, isFiltering, withFilters } from '../filters.ts';
import { similarValue } from '../knownNames.ts';
import { renderJobs } from '../pages/jobTable.ts';
import type { Cli, Runner } from '../runner.ts';
import type { Session } from '../session.ts';
import { positive } from '../values/numbers.ts';

/** The most jobs that the daemon returns in one page. */
const pageLimit = 500;
const defaultLimit = 50;

interface LsOptions extends FilterOptions, Pick<ListQuery, 'sort' | 'order' | 'cursor'> {
  limit: number;
  all?: boolean;
  quiet?: boolean;
}

export function addLs(program: Command, runner: Runner): void {
  const verb = program
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
    .option('--json', 'Print {"jobs", "nextCursor", "total", "totalIsExact"} as JSON');
  withFilters(verb)
    .addHelpText('after', '\nSeparate several statuses, priorities or triggers with commas.')
    .action(runner.act(ls));
}

async function ls({ session, out }: Cli, options: LsOptions): Promise<number> {
  const filter = await filterOf(session, options);
  const { sort, order, cursor } = options;
  const limit = options.all === true ? Number.POSITIVE_INFINITY : options.limit;
  const query = { ...filter, sort, order, cursor };
  const list = await session.persistently((client) => listJobs(client, query, limit));
  if (out.json) {
    out.document(list);
    return exitCodes.ok;
  }
  const warnings = options.quiet === true ? [] : await warningsOf(session);
  if (options.quiet === true) out.lines(list.jobs.map(({ id }) => id));
  else if (list.jobs.length > 0) {
    out.lines(renderJobs(list.jobs, { now: Date.now(), width: out.width, colors: out.colors }));
  } else if (isFiltering(filter)) out.note(['No matching jobs.', ...(await typos(session, options))].join(' '));
  else if (warnings.some(isDatabaseLost)) out.note('No jobs: the database was lost.');
  else out.note('No jobs yet. To run one: jobdeck run -- npm test');
  if (list.nextCursor !== null && out.isTerminal) {
    const total = `${list.totalIsExact ? '' : 'more than '}${list.total}`;
    out.note(`${list.jobs.length} of ${total} jobs. To list all: jobdeck ls --all`);
  }
  for (const { message, hint } of warnings) out.note(`Warning: ${message}${hint ? ` ${hint}` : ''}`);
  return exitCodes.ok;
}

/** Types and tags can be any text, so a typo only explains why there are no jobs. */
async function typos(session: Session, { type, tag = [] }: LsOptions): Promise<string[]> {
  const given = [...(type === undefined ? [] : [['type', type] as const]), ...tag.map((one) => ['tag', one] as const)];
  const notes: string[] = [];
  for (const [kind, value] of given) {
    const similar = await session.persistently((client) => similarValue(client, kind, value));
    if (similar !== null) notes.push(`No job has the ${kind} “${value}”. Did you mean “${similar}”?`);
  }
  return notes;
}

/** The warnings of the daemon. The list is useful without them. */
async function warningsOf(session: Session): Promise<Warning[]> {
  const health = await session.once((client) => client.health()).catch(() => null);
  return health?.warnings ?? [];
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
