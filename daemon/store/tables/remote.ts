/** The IDs of jobs at remote engines. */
import { jobColumns } from '../columns.ts';
import type { JobRow } from '../rows.ts';
import type { Statements } from '../statements.ts';

/**
 * A row of `remote_ids`: the engine's first attempt is number `base` + 1 of the job. Without a job if it was removed.
 */
export interface RemoteIdRow {
  jobId: string | null;
  base: number;
}

export class RemoteRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** The job with an engine's ID; null if there is none. */
  find(connection: string, externalId: string): RemoteIdRow | null {
    const sql = 'SELECT job_id AS jobId, base FROM remote_ids WHERE connection = ? AND external_id = ?';
    return (this.#sql.get(sql).get(connection, externalId) as RemoteIdRow | undefined) ?? null;
  }

  /** Active jobs of a connection, and jobs lost since `since`; oldest first, after the job `after`. */
  open(connection: string, { limit, after, since }: { limit: number; after?: string; since: number }): JobRow[] {
    const sql = `SELECT ${jobColumns} FROM jobs INDEXED BY jobs_open_remote
      WHERE connection = @connection AND status IN ('pending', 'waiting', 'running', 'lost')
      AND (ended_at IS NULL OR ended_at >= @since)
      AND seq > coalesce((SELECT seq FROM jobs WHERE id = @after), -1) ORDER BY seq LIMIT @limit`;
    return this.#sql.get(sql).all({ connection, limit, since, after: after ?? null }) as JobRow[];
  }

  /** Jobs that are being sent to their engine. */
  pending(): string[] {
    const sql = `SELECT id FROM jobs WHERE status = 'pending' AND connection IS NOT NULL`;
    return this.#sql.get(sql).pluck().all() as string[];
  }
}
