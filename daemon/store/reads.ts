/** Single rows and the sets of them that `jobs` decides by. */
import type { JobStatus, RetryPolicy } from '../../shared/job.ts';
import { QueueRows } from './queueRows.ts';
import { type AttemptRow, attemptColumns, type DataRow, type DependencyRow, type JobRow, jobColumns } from './rows.ts';
import type { Statements } from './statements.ts';

export class Rows extends QueueRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    super(sql);
    this.#sql = sql;
  }

  job(id: string): JobRow | null {
    return (this.#sql.get(`SELECT ${jobColumns} FROM jobs WHERE id = ?`).get(id) as JobRow | undefined) ?? null;
  }

  data(jobId: string): DataRow | null {
    return (this.#sql.get('SELECT * FROM job_data WHERE job_id = ?').get(jobId) as DataRow | undefined) ?? null;
  }

  attempt(jobId: string, number: number): AttemptRow | null {
    const sql = `SELECT ${attemptColumns} FROM attempts WHERE job_id = ? AND number = ?`;
    return (this.#sql.get(sql).get(jobId, number) as AttemptRow | undefined) ?? null;
  }

  /** What a job runs after, in the order of their submission. */
  dependencies(jobId: string): DependencyRow[] {
    const sql = `SELECT on_id AS onId, title, always, met FROM dependencies LEFT JOIN jobs ON jobs.id = on_id
      WHERE job_id = ? ORDER BY jobs.created_at, on_id`;
    return this.#sql.get(sql).all(jobId) as DependencyRow[];
  }

  /** Jobs that wait for this one, oldest first. */
  waitingFor(onId: string): { jobId: string; always: number }[] {
    const sql = `SELECT job_id AS jobId, always FROM dependencies JOIN jobs ON jobs.id = job_id
      WHERE on_id = ? AND met = 0 ORDER BY jobs.queue_order`;
    return this.#sql.get(sql).all(onId) as { jobId: string; always: number }[];
  }

  /** Running attempts whose time is over and that were not stopped for it yet. */
  overdue(now: number): (AttemptRow & { jobId: string })[] {
    const sql = `SELECT job_id AS jobId, ${attemptColumns} FROM attempts
      WHERE ended_at IS NULL AND timed_out_at IS NULL AND deadline <= ?`;
    return this.#sql.get(sql).all(now) as (AttemptRow & { jobId: string })[];
  }

  /** When the first running attempt's time will be over; null when none has a limit. */
  nextDeadline(): number | null {
    const sql = 'SELECT min(deadline) FROM attempts WHERE ended_at IS NULL AND timed_out_at IS NULL';
    return this.#sql.get(sql).pluck().get() as number | null;
  }

  retryPolicy(jobId: string): RetryPolicy | null {
    const sql = 'SELECT retry FROM job_data WHERE job_id = ?';
    const text = this.#sql.get(sql).pluck().get(jobId) as string | null | undefined;
    return text ? (JSON.parse(text) as RetryPolicy) : null;
  }

  /** Attempts without an ending. */
  unfinished(): (AttemptRow & { jobId: string })[] {
    const sql = `SELECT job_id AS jobId, ${attemptColumns} FROM attempts WHERE ended_at IS NULL`;
    return this.#sql.get(sql).all() as (AttemptRow & { jobId: string })[];
  }

  /** Ids of up to `limit` finished jobs of these statuses. */
  finished(statuses: JobStatus[], limit: number): string[] {
    const sql = `SELECT id FROM jobs WHERE ended_at IS NOT NULL AND status IN (SELECT value FROM json_each(?)) LIMIT ?`;
    return this.#sql.get(sql).pluck().all(JSON.stringify(statuses), limit) as string[];
  }

  /** Whether the id is, or not long ago was, a job's. */
  isTaken(id: string): boolean {
    const sql = `SELECT EXISTS (SELECT 1 FROM jobs WHERE id = @id) OR EXISTS (SELECT 1 FROM deleted WHERE id = @id)
      OR EXISTS (SELECT 1 FROM leftover_logs WHERE job_id = @id)`;
    return this.#sql.get(sql).pluck().get({ id }) === 1;
  }

  /** Removed jobs whose logs may still be there. */
  leftoverLogs(): string[] {
    return this.#sql.get('SELECT job_id FROM leftover_logs').pluck().all() as string[];
  }
}
