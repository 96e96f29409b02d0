/** Statistics over finished jobs, from the counts per day that the database keeps (searchStep.ts). */
import { listProblem } from '../../../shared/messages/lists.ts';
import type { Stats, StatsFigures, StatsQuery } from '../../../shared/stats.ts';
import type { Statements } from '../statements.ts';
import { parseTime } from './filter.ts';

const dayMs = 86_400_000;
const defaultSince = '30d';

interface DayRow {
  day: number;
  type: string;
  status: 'completed' | 'failed' | 'cancelled' | 'lost';
  jobs: number;
  ran: number;
  totalMs: number;
}

/** The number of jobs whose durations begin with these two digits. */
interface StepRow {
  type: string;
  step: number;
  jobs: number;
}

/**
 * Statistics of the UTC days from `since` to `until`.
 * @throws JobdeckError INVALID_REQUEST for times that are not valid or reversed
 */
export function readStats(sql: Statements, query: StatsQuery, now: number): Stats {
  const { since = defaultSince, until = 'now', type } = query;
  const [from, to] = [parseTime('since', since, now).from, parseTime('until', until, now).to];
  if (from > to) {
    throw listProblem('INVALID_REQUEST/timesReversed');
  }
  // A day as `until` is included.
  const [first, last] = [Math.floor(from / dayMs), Math.max(Math.floor(from / dayMs), Math.ceil(to / dayMs) - 1)];
  const ofType = type === undefined ? '' : 'AND type = ?';
  const parameters = [first, last, ...(type === undefined ? [] : [type])];
  const rows = sql
    .get(
      `SELECT day, type, status, jobs, ran, total_ms AS totalMs FROM stats_days
      WHERE day BETWEEN ? AND ? ${ofType} ORDER BY day`,
    )
    .all(...parameters) as DayRow[];
  const steps = sql
    .get(
      `SELECT type, step, sum(jobs) AS jobs FROM stats_durations
      WHERE day BETWEEN ? AND ? ${ofType} GROUP BY type, step`,
    )
    .all(...parameters) as StepRow[];
  const types = [...grouped(rows, (row) => row.type)].map(([name, own]) => ({
    type: name,
    ...figures(
      own,
      steps.filter((step) => step.type === name),
    ),
  }));
  return {
    since: new Date(first * dayMs).toISOString(),
    until: new Date((last + 1) * dayMs).toISOString(),
    active: activeJobs(sql, type),
    ...figures(rows, steps),
    types: types.sort((a, b) => b.jobs - a.jobs || (a.type < b.type ? -1 : 1)),
    days: [...grouped(rows, (row) => row.day)].map(([day, own]) => ({
      day: new Date(day * dayMs).toISOString().slice(0, 10),
      ...countsOf(own),
      totalMs: sum(own, (row) => row.totalMs),
    })),
  };
}

function figures(rows: DayRow[], steps: StepRow[]): StatsFigures {
  const counts = countsOf(rows);
  const totalMs = sum(rows, (row) => row.totalMs);
  const ran = sum(rows, (row) => row.ran);
  const judged = counts.completed + counts.failed + counts.lost;
  const sorted = steps.toSorted((a, b) => a.step - b.step);
  return {
    ...counts,
    successRate: judged === 0 ? null : counts.completed / judged,
    totalMs,
    averageMs: ran === 0 ? null : Math.round(totalMs / ran),
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
  };
}

function countsOf(rows: DayRow[]): Pick<Stats, 'jobs' | 'completed' | 'failed' | 'cancelled' | 'lost'> {
  const of = (status: DayRow['status']) => sum(rows, (row) => (row.status === status ? row.jobs : 0));
  return {
    jobs: sum(rows, (row) => row.jobs),
    completed: of('completed'),
    failed: of('failed'),
    cancelled: of('cancelled'),
    lost: of('lost'),
  };
}

/** Nearest-rank percentile: the smallest step that this share of the jobs does not exceed. */
function percentile(sorted: StepRow[], share: number): number | null {
  const rank = Math.ceil(share * sum(sorted, (row) => row.jobs));
  let passed = 0;
  for (const { step, jobs } of sorted) {
    passed += jobs;
    if (passed >= rank) return step;
  }
  return null;
}

function activeJobs(sql: Statements, type: string | undefined): Stats['active'] {
  const ofType = type === undefined ? '' : 'AND type = ?';
  const rows = sql
    .get(
      `SELECT status, count(*) AS jobs FROM jobs
      WHERE status IN ('pending', 'waiting', 'running') AND engine <> 'group' ${ofType} GROUP BY status`,
    )
    .all(...(type === undefined ? [] : [type])) as { status: keyof Stats['active']; jobs: number }[];
  return { pending: 0, waiting: 0, running: 0, ...Object.fromEntries(rows.map(({ status, jobs }) => [status, jobs])) };
}

/** The items by key, in the order of the first item of each key. */
function grouped<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
