/** The state that reports of programs are checked against. */
import type { ReportClientRow, ReportedRow } from '../rows.ts';
import type { Statements } from '../statements.ts';

export class ReportRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** The fields of a job that its reports are checked against. */
  job(id: string): ReportedRow | null {
    const sql = `SELECT id, status, engine, connection, attempt, progress, cancel_requested_at AS cancelRequestedAt
      FROM jobs WHERE id = ?`;
    return (this.#sql.get(sql).get(id) as ReportedRow | undefined) ?? null;
  }

  /** Which reports of a client on a job were accepted; null if there are none. */
  client(jobId: string, client: string): ReportClientRow | null {
    const sql = 'SELECT low, seen, progress_seq AS progress FROM report_clients WHERE job_id = ? AND client = ?';
    return (this.#sql.get(sql).get(jobId, client) as ReportClientRow | undefined) ?? null;
  }

  /** Jobs whose heartbeat timeout has passed. */
  silent(now: number): string[] {
    const sql = `SELECT id FROM jobs WHERE status = 'running' AND heartbeat_ms IS NOT NULL AND silent_at <= ?`;
    return this.#sql.get(sql).pluck().all(now) as string[];
  }

  /** The earliest heartbeat timeout of a running job; null if none has one. */
  nextTimeout(): number | null {
    const sql = `SELECT min(silent_at) FROM jobs WHERE status = 'running' AND heartbeat_ms IS NOT NULL`;
    return this.#sql.get(sql).pluck().get() as number | null;
  }
}
