/** Attempts of jobs. */
import { attemptColumns } from '../columns.ts';
import type { AttemptRow } from '../rows.ts';
import type { Statements } from '../statements.ts';

const attemptOfJob = `SELECT ${attemptColumns} FROM attempts WHERE job_id = ? AND number = ?`;
const attemptsOfJob = `SELECT ${attemptColumns} FROM attempts WHERE job_id = ? ORDER BY number`;

type OwnedAttempt = AttemptRow & { jobId: string };

export class AttemptRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  find(jobId: string, number: number): AttemptRow | null {
    return (this.#sql.get(attemptOfJob).get(jobId, number) as AttemptRow | undefined) ?? null;
  }

  /** All attempts of a job, oldest first. */
  of(jobId: string): AttemptRow[] {
    return this.#sql.get(attemptsOfJob).all(jobId) as AttemptRow[];
  }

  /** Unfinished attempts. */
  unfinished(): OwnedAttempt[] {
    const sql = `SELECT job_id AS jobId, ${attemptColumns} FROM attempts WHERE ended_at IS NULL`;
    return this.#sql.get(sql).all() as OwnedAttempt[];
  }

  /** Unfinished attempts of an engine, with the titles of their jobs. */
  runningOf(engine: string): { jobId: string; number: number; title: string }[] {
    const sql = `SELECT job_id AS jobId, number, title FROM attempts CROSS JOIN jobs ON jobs.id = job_id
      WHERE attempts.ended_at IS NULL AND engine = ?`;
    return this.#sql.get(sql).all(engine) as { jobId: string; number: number; title: string }[];
  }

  /** Attempts whose processes were still running after their end. */
  withLeftovers(): OwnedAttempt[] {
    const sql = `SELECT job_id AS jobId, ${attemptColumns} FROM attempts WHERE leftovers IS NOT NULL`;
    return this.#sql.get(sql).all() as OwnedAttempt[];
  }

  /** Running attempts past their deadline that have not been stopped yet. */
  timedOut(now: number): OwnedAttempt[] {
    const sql = `SELECT job_id AS jobId, ${attemptColumns} FROM attempts
      WHERE ended_at IS NULL AND timed_out_at IS NULL AND deadline <= ?`;
    return this.#sql.get(sql).all(now) as OwnedAttempt[];
  }

  /** The earliest deadline of a running attempt; null if none has one. */
  nextDeadline(): number | null {
    const sql = 'SELECT min(deadline) FROM attempts WHERE ended_at IS NULL AND timed_out_at IS NULL';
    return this.#sql.get(sql).pluck().get() as number | null;
  }

  /** Unfinished attempts by engine; engines without any are left out. */
  countByEngine(): Map<string, number> {
    const sql = `SELECT engine, count(*) AS running FROM attempts JOIN jobs ON jobs.id = job_id
      WHERE attempts.ended_at IS NULL GROUP BY engine`;
    const rows = this.#sql.get(sql).all() as { engine: string; running: number }[];
    return new Map(rows.map(({ engine, running }) => [engine, running]));
  }
}
