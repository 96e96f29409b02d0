/** The jobs of a filter, in parts that are read one after the other. */
import type { JobFilter } from '../../../shared/bulk.ts';
import type { JobStatus } from '../../../shared/job.ts';
import type { Statements } from '../statements.ts';
import { matchOf, readFilter } from './filter.ts';

export interface MatchingPage {
  /** Only jobs of these statuses. */
  statuses: readonly JobStatus[];
  order: 'oldestFirst' | 'newestFirst';
  /** Only jobs after this position in that order; null to begin. */
  after: number | null;
  limit: number;
  now: number;
}

export interface MatchingJob {
  id: string;
  /** Position in the order of creation. */
  seq: number;
}

/** The next jobs of a filter, without groups. INVALID_REQUEST for values that are not allowed. */
export function matchingJobs(sql: Statements, query: JobFilter, page: MatchingPage): MatchingJob[] {
  const { statuses, order, after, limit, now } = page;
  const filter = readFilter(query, now);
  const match = matchOf(sql, { ...filter, wanted: [...filter.wanted, [{ name: 'status', values: statuses }]] });
  if (match === undefined) return [];
  const isDescending = order === 'newestFirst';
  const from = !isDescending && after !== null ? Math.max(filter.from, after + 1) : filter.from;
  const before = isDescending && after !== null ? Math.min(filter.before, after) : filter.before;
  const direction = isDescending ? 'DESC' : 'ASC';
  // Numbers are bound as floating point, which the full-text index ignores.
  const found = sql.get(`SELECT id, seq FROM search CROSS JOIN jobs ON seq = search.rowid
    WHERE search MATCH ? AND search.rowid >= CAST(? AS INTEGER) AND search.rowid < CAST(? AS INTEGER)
      AND engine <> 'group' ORDER BY search.rowid ${direction} LIMIT ?`);
  return found.all(match, from, before, limit) as MatchingJob[];
}
