/** Values for `GET /metrics` from maintained counts, without reading the history. */
import { Histogram } from '../../histogram.ts';
import type { Statements } from '../statements.ts';

export interface MetricReads {
  jobs: { status: string; type: string; jobs: number }[];
  /** Durations in seconds of the latest attempts of finished jobs. */
  durations: { type: string; of: Histogram }[];
}

/**
 * Upper bounds in seconds. Stored durations keep only their first two digits of milliseconds, so bounds have no more:
 * each duration is then counted on the right side (one that equals a bound, above it).
 */
const durationBounds = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 18_000, 36_000, 90_000];

/** Groups are not counted. */
export function readMetrics(sql: Statements): MetricReads {
  const active = sql
    .get(
      `SELECT status, type, count(*) AS jobs FROM jobs
      WHERE status IN ('pending', 'waiting', 'running') AND engine <> 'group' GROUP BY status, type`,
    )
    .all() as MetricReads['jobs'];
  const finished = sql
    .get('SELECT status, type, sum(jobs) AS jobs FROM stats_days GROUP BY status, type')
    .all() as MetricReads['jobs'];
  return { jobs: [...active, ...finished], durations: readDurations(sql) };
}

function readDurations(sql: Statements): MetricReads['durations'] {
  const steps = sql.get('SELECT type, step, sum(jobs) AS jobs FROM stats_durations GROUP BY type, step').all();
  const totals = sql.get('SELECT type, sum(total_ms) AS ms FROM stats_days WHERE ran > 0 GROUP BY type').all();
  const byType = new Map<string, Histogram>();
  for (const { type, step, jobs } of steps as { type: string; step: number; jobs: number }[]) {
    const of = byType.get(type) ?? new Histogram(durationBounds);
    // The exact durations are between this value and the next one with two digits.
    of.observe((step + 0.5) / 1000, jobs);
    byType.set(type, of);
  }
  for (const { type, ms } of totals as { type: string; ms: number }[]) {
    const of = byType.get(type);
    if (of) of.sum = ms / 1000;
  }
  return [...byType].map(([type, of]) => ({ type, of }));
}
