/** Single jobs, and sets of jobs that are read together. */
import type { RetryPolicy } from '../../../shared/job.ts';
import { dataColumns, jobColumns } from '../columns.ts';
import type { DataRow, JobRow } from '../rows.ts';
import type { Statements } from '../statements.ts';

export interface SilentJob {
  id: string;
  title: string;
  engine: string;
  attempt: number;
  /** Milliseconds. */
  lastActivityAt: number;
}

/** What decides whether two jobs do the same work. */
export type Work = Pick<JobRow, 'type' | 'commandLine' | 'cwd' | 'connection' | 'definition'>;

/** The type of a remote job is the name of its task or function. */
const sameWork = {
  definition: '@definition = definition',
  command: '@commandLine = command_line AND @cwd IS cwd AND @connection IS connection',
  task: '@connection = connection',
} as const;

const jobById = `SELECT ${jobColumns} FROM jobs WHERE id = ?`;
const dataOfJob = `SELECT ${dataColumns} FROM job_data WHERE job_id = ?`;

export class JobRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  find(id: string): JobRow | null {
    return (this.#sql.get(jobById).get(id) as JobRow | undefined) ?? null;
  }

  data(jobId: string): DataRow | null {
    return (this.#sql.get(dataOfJob).get(jobId) as DataRow | undefined) ?? null;
  }

  retryPolicy(jobId: string): RetryPolicy | null {
    const sql = 'SELECT retry FROM job_data WHERE job_id = ?';
    const text = this.#sql.get(sql).pluck().get(jobId) as string | null | undefined;
    return text ? (JSON.parse(text) as RetryPolicy) : null;
  }

  /** The ID of the job with this idempotency key. */
  byKey(key: string): string | null {
    const sql = 'SELECT id FROM jobs WHERE idempotency_key = ?';
    return (this.#sql.get(sql).pluck().get(key) as string | undefined) ?? null;
  }

  /** Whether the ID belongs to a job or a recently removed one. */
  isTaken(id: string): boolean {
    const sql = `SELECT EXISTS (SELECT 1 FROM jobs WHERE id = @id) OR EXISTS (SELECT 1 FROM deleted WHERE id = @id)
      OR EXISTS (SELECT 1 FROM leftover_logs WHERE job_id = @id)`;
    return this.#sql.get(sql).pluck().get({ id }) === 1;
  }

  /** IDs of all active jobs except groups, which end with their jobs. Waiting jobs come first. */
  active(): string[] {
    const sql = `SELECT id FROM jobs WHERE status IN ('pending', 'waiting', 'running') AND engine <> 'group'
      ORDER BY status = 'running', status = 'pending', queue_order DESC`;
    return this.#sql.get(sql).pluck().all() as string[];
  }

  /**
   * Run times in milliseconds of the latest completed jobs of the same work: up to `limit`, from the latest `among` jobs of
   * the type.
   */
  latestRuns(same: keyof typeof sameWork, work: Work, { among, limit }: { among: number; limit: number }): number[] {
    const { type, definition, commandLine, cwd, connection } = work;
    const sql = `SELECT ms FROM (
      SELECT ended_at - started_at AS ms, command_line, cwd, connection, definition FROM jobs INDEXED BY jobs_done_by_type
        WHERE type = +@type AND status = 'completed' AND ended_at >= started_at ORDER BY ended_at DESC LIMIT ${among})
      WHERE ${sameWork[same]} LIMIT ${limit}`;
    return this.#sql.get(sql).pluck().all({ type, definition, commandLine, cwd, connection }) as number[];
  }

  /** The job that has been waiting to start the longest. */
  oldestWaiting(): { id: string; queuedAt: number } | null {
    const sql = `SELECT id, queued_at AS queuedAt FROM jobs WHERE status IN ('pending', 'waiting')
      AND engine <> 'group' ORDER BY queue_order LIMIT 1`;
    return (this.#sql.get(sql).get() as { id: string; queuedAt: number } | undefined) ?? null;
  }

  /** Running jobs without activity since `before`, longest first, except paused and remote jobs. */
  silent(before: number): SilentJob[] {
    const sql = `SELECT id, title, engine, attempt, last_activity_at AS lastActivityAt FROM jobs
      WHERE status = 'running' AND last_activity_at < ? AND engine <> 'group' AND connection IS NULL
      AND paused_at IS NULL
      ORDER BY last_activity_at`;
    return this.#sql.get(sql).all(before) as SilentJob[];
  }
}
