/** Finished jobs that may be removed, and the leftovers of removed ones. */
import type { JobStatus } from '../../../shared/job.ts';
import type { Statements } from '../statements.ts';

/** Finished jobs that ended before a time, and all except the latest `keep`; null for no limit. */
export interface Outdated {
  before: number | null;
  keep: number | null;
}

export interface CleanUp {
  at: number;
  removed: number;
}

export class RetentionRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** IDs of up to `limit` finished jobs of these statuses. A group is removed with the last of its jobs. */
  finished(statuses: JobStatus[], limit: number): string[] {
    const sql = `SELECT id FROM jobs WHERE ended_at IS NOT NULL AND engine <> 'group'
      AND status IN (SELECT value FROM json_each(?)) LIMIT ?`;
    return this.#sql.get(sql).pluck().all(JSON.stringify(statuses), limit) as string[];
  }

  /** IDs of up to `limit` outdated jobs in the order of their end. */
  outdated({ before, keep }: Outdated, limit: number): string[] {
    const sql = `SELECT id FROM jobs WHERE ended_at < ? AND engine <> 'group' ORDER BY ended_at, id LIMIT ?`;
    const old = this.#sql
      .get(sql)
      .pluck()
      .all(before ?? 0, limit) as string[];
    const beyond = Math.min(limit, this.#beyond(keep));
    // Both limits select a prefix of the same order.
    return old.length >= beyond ? old : (this.#sql.get(sql).pluck().all(Number.MAX_SAFE_INTEGER, beyond) as string[]);
  }

  /** The finished ones of these jobs in the order of their end. */
  inOrderOfEnd(ids: readonly string[]): string[] {
    const sql = `SELECT id FROM jobs WHERE ended_at IS NOT NULL AND engine <> 'group'
      AND id IN (SELECT value FROM json_each(?)) ORDER BY ended_at, id`;
    return this.#sql.get(sql).pluck().all(JSON.stringify(ids)) as string[];
  }

  countOutdated({ before, keep }: Outdated): number {
    const old = this.#sql
      .get(
        `SELECT (SELECT count(*) FROM jobs WHERE ended_at < @before)
          - (SELECT count(*) FROM jobs WHERE engine = 'group' AND ended_at < @before)`,
      )
      .pluck()
      .get({ before: before ?? 0 }) as number;
    return Math.max(old, this.#beyond(keep));
  }

  /** When outdated jobs were last removed, and how many. */
  lastCleanUp(): CleanUp | null {
    const text = this.#sql.get(`SELECT value FROM meta WHERE key = 'last_clean_up'`).pluck().get();
    return typeof text === 'string' ? (JSON.parse(text) as CleanUp) : null;
  }

  /** Removed jobs whose logs may still be there. */
  leftoverLogs(): string[] {
    return this.#sql.get('SELECT job_id FROM leftover_logs').pluck().all() as string[];
  }

  /** How many finished jobs there are beyond the latest `keep`. */
  #beyond(keep: number | null): number {
    const finished = `SELECT coalesce(sum(jobs), 0) - (SELECT count(*) FROM jobs
      WHERE engine = 'group' AND status NOT IN ('pending', 'waiting', 'running')) FROM facets
      WHERE name = 'status' AND value NOT IN ('pending', 'waiting', 'running')`;
    return keep === null ? 0 : Math.max(0, (this.#sql.get(finished).pluck().get() as number) - keep);
  }
}
