/**
 * Statistics over finished jobs. For UTC, the database keeps counts per day (searchStep.ts); for other time zones, the jobs
 * are counted with an index (finishedStep.ts).
 */
import { utcOf } from '../../../shared/isoTime.ts';
import { listProblem } from '../../../shared/messages/lists.ts';
import type { Stats, StatsFigures, StatsQuery } from '../../../shared/stats.ts';
import { Zone } from '../../zone.ts';
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

/** Days from `first` to `last`, counted from 1970. */
interface Days {
  readonly first: number;
  readonly last: number;
}

/**
 * Statistics of the days from `since` to `until`.
 * @throws JobdeckError INVALID_REQUEST for times that are not valid or reversed, INVALID_RANGE for an unknown time zone
 */
export function readStats(sql: Statements, query: StatsQuery, now: number): Stats {
  const { since = defaultSince, until = 'now', type, timezone = 'UTC' } = query;
  const [from, to] = [parseTime('since', since, now).from, parseTime('until', until, now).to];
  if (from > to) {
    throw listProblem('INVALID_REQUEST/timesReversed');
  }
  const zone = new Zone(timezone);
  const first = dayOf(from, zone);
  // A day as `until` is included.
  const days = { first, last: Math.max(first, dayOf(to - 1, zone)) };
  const { rows, steps } = timezone === 'UTC' ? countedRows(sql, days, type) : countJobs(sql, days, zone, type);
  const types = [...grouped(rows, (row) => row.type)].map(([name, own]) => ({
    type: name,
    ...figures(
      own,
      steps.filter((step) => step.type === name),
    ),
  }));
  return {
    since: new Date(startOf(days.first, zone)).toISOString(),
    until: new Date(startOf(days.last + 1, zone)).toISOString(),
    timezone,
    firstDay: dateOf(days.first),
    lastDay: dateOf(days.last),
    recordedDays: recordedDays(sql, days, zone),
    active: activeJobs(sql, type),
    ...figures(rows, steps),
    types: types.sort((a, b) => b.jobs - a.jobs || (a.type < b.type ? -1 : 1)),
    days: [...grouped(rows, (row) => row.day)].map(([day, own]) => ({
      day: dateOf(day),
      ...countsOf(own),
      totalMs: sum(own, (row) => row.totalMs),
    })),
  };
}

/** The planner would choose jobs_by_end, with which counting takes twice as long. */
const finishedJobs = `jobs INDEXED BY jobs_finished WHERE ended_at IS NOT NULL AND engine <> 'group'`;

interface Rows {
  readonly rows: DayRow[];
  readonly steps: StepRow[];
}

/** The counts of UTC days. */
function countedRows(sql: Statements, { first, last }: Days, type: string | undefined): Rows {
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
  return { rows, steps };
}

/** Counts the jobs of the days of a time zone. */
function countJobs(sql: Statements, { first, last }: Days, zone: Zone, type: string | undefined): Rows {
  const ofType = type === undefined ? '' : 'AND type = ?';
  const finished = `FROM ${finishedJobs} AND ended_at >= ? AND ended_at < ? ${ofType}`;
  const perDay = sql.get(
    `SELECT type, status, count(*) AS jobs, count(duration) AS ran, coalesce(sum(duration), 0) AS totalMs
    ${finished} GROUP BY type, status`,
  );
  const typed = type === undefined ? [] : [type];
  // Years without jobs would take a query per day.
  const start = Math.max(first, dayOf(firstEnd(sql) ?? 0, zone));
  const rows: DayRow[] = [];
  for (let day = start, from = startOf(day, zone); day <= last; day += 1) {
    const before = startOf(day + 1, zone);
    for (const row of perDay.all(from, before, ...typed) as Omit<DayRow, 'day'>[]) rows.push({ ...row, day });
    from = before;
  }
  const steps = sql
    .get(
      `SELECT type, duration_step AS step, count(*) AS jobs ${finished} AND duration_step IS NOT NULL
      GROUP BY type, duration_step`,
    )
    .all(startOf(first, zone), startOf(last + 1, zone), ...typed) as StepRow[];
  return { rows, steps };
}

/** The end of the job that finished first, of those that are still known. */
function firstEnd(sql: Statements): number | null {
  return sql.get(`SELECT min(ended_at) FROM ${finishedJobs}`).pluck().get() as number | null;
}

function recordedDays(sql: Statements, { first, last }: Days, zone: Zone): number {
  const end = firstEnd(sql);
  return Math.max(1, last + 1 - Math.max(first, end === null ? last : dayOf(end, zone)));
}

/** The day of a moment, counted from 1970. */
function dayOf(at: number, zone: Zone): number {
  const { year, month, day } = zone.wallAt(at);
  return Math.floor(utcOf({ ...midnight, year, month, day }) / dayMs);
}

/** The first moment of a day. */
function startOf(day: number, zone: Zone): number {
  const at = new Date(day * dayMs);
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
  return zone.timeOf({ ...midnight, year, month, day: date });
}

function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

const midnight = { hour: 0, minute: 0, second: 0, ms: 0 };

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
