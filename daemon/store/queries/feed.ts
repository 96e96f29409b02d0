/** Reads for the change feed: a snapshot, or the changes since a revision. */
import { jobColumns } from '../columns.ts';
import type { JobRow } from '../rows.ts';
import type { Statements } from '../statements.ts';

/** More changes than this are sent as a snapshot. */
const maxChanges = 1000;

/** All active jobs, and the latest `history` finished ones in the order of `byEndDescending` in shared/feed.ts. */
export function snapshotJobs(sql: Statements, history: number): JobRow[] {
  const active = sql.get(`SELECT ${jobColumns} FROM jobs WHERE status IN ('pending', 'waiting', 'running')`).all();
  const finished = sql
    .get(`SELECT ${jobColumns} FROM jobs WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT ?`)
    .all(history);
  return [...active, ...finished] as JobRow[];
}

/** What changed after `rev`, or null when a client at that revision needs a snapshot. */
export function changesAfter(
  sql: Statements,
  rev: number,
  history: number,
): { jobs: JobRow[]; removed: string[] } | null {
  const resumableFrom = sql.get(`SELECT value FROM meta WHERE key = 'resumable_from'`).pluck().get() as number;
  if (rev < resumableFrom) return null;
  const limit = maxChanges + 1;
  const rows = sql.get(`SELECT ${jobColumns} FROM jobs WHERE rev > +? LIMIT ${limit}`).all(rev) as JobRow[];
  const removed = sql.get(`SELECT id FROM deleted WHERE rev > +? LIMIT ${limit}`).pluck().all(rev) as string[];
  if (rows.length + removed.length > maxChanges) return null;
  if (olderHistoryMayEnter(sql, rev, removed.length, history)) return null;
  return { jobs: rows, removed };
}

/**
 * Whether a finished job that was never sent to the client may now be among the latest `history` ones. This takes one
 * that left them by being removed or retried, and more finished jobs at `rev` than fit in: at most the current ones and
 * the ones that left.
 */
function olderHistoryMayEnter(sql: Statements, rev: number, removed: number, history: number): boolean {
  const reopened = sql.get('SELECT count(*) FROM jobs WHERE rev > ? AND reopened_rev > ?').pluck().get(rev, rev);
  const left = removed + (reopened as number);
  if (left === 0) return false;
  const counts = `SELECT coalesce(sum(jobs), 0) FROM facets
    WHERE name = 'status' AND value NOT IN ('pending', 'waiting', 'running')`;
  const finished = sql.get(counts).pluck().get() as number;
  return finished + left > history;
}
