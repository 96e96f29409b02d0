/** The timelines of jobs. */
import { eventColumns } from '../columns.ts';
import type { EventRow } from '../rows.ts';
import type { Statements } from '../statements.ts';

export class EventRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** The latest entry of a job's timeline. */
  last(jobId: string): EventRow | null {
    const sql = `SELECT ${eventColumns} FROM events WHERE job_id = ?
      ORDER BY id DESC LIMIT 1`;
    return (this.#sql.get(sql).get(jobId) as EventRow | undefined) ?? null;
  }

  /** The latest `limit` entries, oldest first. */
  latest(jobId: string, limit: number): EventRow[] {
    const sql = `SELECT ${eventColumns} FROM events WHERE job_id = ? ORDER BY id DESC LIMIT ?`;
    return (this.#sql.get(sql).all(jobId, limit) as EventRow[]).reverse();
  }

  /** How many entries a job's timeline has. */
  count(jobId: string): number {
    return this.#sql.get('SELECT count(*) FROM events WHERE job_id = ?').pluck().get(jobId) as number;
  }

  /** Whether a job's timeline has an entry with this code. */
  hasCode(jobId: string, code: string): boolean {
    const sql = 'SELECT EXISTS (SELECT 1 FROM events WHERE job_id = ? AND code = ?)';
    return this.#sql.get(sql).pluck().get(jobId, code) === 1;
  }

  /** Whether a job's timeline has this entry. */
  has(jobId: string, at: number, message: string): boolean {
    const sql = 'SELECT EXISTS (SELECT 1 FROM events WHERE job_id = ? AND at = ? AND message = ?)';
    return this.#sql.get(sql).pluck().get(jobId, at, message) === 1;
  }
}
