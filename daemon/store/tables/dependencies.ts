/** Dependencies between jobs. */
import type { DependencyRow } from '../rows.ts';
import type { Statements } from '../statements.ts';

export class DependencyRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** The dependencies of a job, in the order of their submission. */
  of(jobId: string): DependencyRow[] {
    const sql = `SELECT on_id AS onId, title, always, met FROM dependencies LEFT JOIN jobs ON jobs.id = on_id
      WHERE job_id = +? ORDER BY jobs.created_at, on_id`;
    return this.#sql.get(sql).all(jobId) as DependencyRow[];
  }

  /** Jobs that wait for this one, oldest first. */
  waitingFor(onId: string): { jobId: string; always: number }[] {
    const sql = `SELECT job_id AS jobId, always FROM dependencies JOIN jobs ON jobs.id = job_id
      WHERE on_id = +? AND met = 0 ORDER BY jobs.queue_order`;
    return this.#sql.get(sql).all(onId) as { jobId: string; always: number }[];
  }

  /**
   * Whether one of these jobs is the job `id` or depends on it, directly or through other jobs and the jobs of groups.
   */
  leadsTo(ids: readonly string[], id: string): boolean {
    const sql = `WITH RECURSIVE reached (id) AS (
        SELECT value FROM json_each(?)
        UNION SELECT on_id FROM reached JOIN dependencies ON job_id = reached.id AND met = 0
        UNION SELECT jobs.id FROM reached JOIN jobs ON parent_id = reached.id
      ) SELECT EXISTS (SELECT 1 FROM reached WHERE id = ?)`;
    return ids.length > 0 && this.#sql.get(sql).pluck().get(JSON.stringify(ids), id) === 1;
  }
}
