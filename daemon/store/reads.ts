/** Single rows and the sets of them that `jobs` decides by. */
import type { JobStatus, RetryPolicy } from '../../shared/job.ts';
import { type DefinitionFileRow, definitionFiles } from './definitionRows.ts';
import { GroupRows } from './groupRows.ts';
import { RemoteRows } from './remoteRows.ts';
import {
  type AttemptRow,
  attemptColumns,
  type DataRow,
  type DependencyRow,
  dataColumns,
  type EventRow,
  type JobRow,
  jobColumns,
  type ReportClientRow,
  type ReportedRow,
} from './rows.ts';
import type { Statements } from './statements.ts';

/** Finished jobs that ended before a time, and those beyond the latest so many; null for no such limit. */
export interface Outdated {
  before: number | null;
  keep: number | null;
}

export interface CleanUp {
  at: number;
  removed: number;
}

export interface SilentJob {
  id: string;
  title: string;
  engine: string;
  attempt: number;
  /** Milliseconds. */
  lastActivityAt: number;
}

export class Rows extends GroupRows {
  readonly #sql: Statements;
  /** Of engines beyond this machine. */
  readonly remote: RemoteRows;

  constructor(sql: Statements) {
    super(sql);
    this.#sql = sql;
    this.remote = new RemoteRows(sql);
  }

  job(id: string): JobRow | null {
    return (this.#sql.get(`SELECT ${jobColumns} FROM jobs WHERE id = ?`).get(id) as JobRow | undefined) ?? null;
  }

  data(jobId: string): DataRow | null {
    const sql = `SELECT ${dataColumns} FROM job_data WHERE job_id = ?`;
    return (this.#sql.get(sql).get(jobId) as DataRow | undefined) ?? null;
  }

  attempt(jobId: string, number: number): AttemptRow | null {
    const sql = `SELECT ${attemptColumns} FROM attempts WHERE job_id = ? AND number = ?`;
    return (this.#sql.get(sql).get(jobId, number) as AttemptRow | undefined) ?? null;
  }

  /** What a job runs after, in the order of their submission. */
  dependencies(jobId: string): DependencyRow[] {
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

  /** Whether one of these jobs is that one, or waits for it: by what it runs after, or as a group by one of its jobs. */
  leadsTo(ids: readonly string[], id: string): boolean {
    const sql = `WITH RECURSIVE reached (id) AS (
        SELECT value FROM json_each(?)
        UNION SELECT on_id FROM reached JOIN dependencies ON job_id = reached.id AND met = 0
        UNION SELECT jobs.id FROM reached JOIN jobs ON parent_id = reached.id
      ) SELECT EXISTS (SELECT 1 FROM reached WHERE id = ?)`;
    return ids.length > 0 && this.#sql.get(sql).pluck().get(JSON.stringify(ids), id) === 1;
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

  /** The latest entry of a job's timeline. */
  lastEvent(jobId: string): EventRow | null {
    const sql = `SELECT id, at, attempt, kind, level, code, params, message, context FROM events WHERE job_id = ?
      ORDER BY id DESC LIMIT 1`;
    return (this.#sql.get(sql).get(jobId) as EventRow | undefined) ?? null;
  }

  /** Ids of all jobs that have not ended but groups, whose end is that of their jobs; those that wait come first. */
  active(): string[] {
    const sql = `SELECT id FROM jobs WHERE status IN ('pending', 'waiting', 'running') AND engine <> 'group'
      ORDER BY status = 'running', status = 'pending', queue_order DESC`;
    return this.#sql.get(sql).pluck().all() as string[];
  }

  /** How long the latest completed jobs of a type ran, the latest first. */
  latestRuns(type: string, limit: number): { ms: number; commandLine: string | null }[] {
    const sql = `SELECT ended_at - started_at AS ms, command_line AS commandLine FROM jobs INDEXED BY jobs_done_by_type
      WHERE type = +? AND status = 'completed' AND ended_at >= started_at ORDER BY ended_at DESC LIMIT ${limit}`;
    return this.#sql.get(sql).all(type) as { ms: number; commandLine: string | null }[];
  }

  /** Attempts without an ending. */
  unfinished(): (AttemptRow & { jobId: string })[] {
    const sql = `SELECT job_id AS jobId, ${attemptColumns} FROM attempts WHERE ended_at IS NULL`;
    return this.#sql.get(sql).all() as (AttemptRow & { jobId: string })[];
  }

  /** Ids of up to `limit` finished jobs of these statuses. A group goes with the last of its jobs. */
  finished(statuses: JobStatus[], limit: number): string[] {
    const sql = `SELECT id FROM jobs WHERE ended_at IS NOT NULL AND engine <> 'group'
      AND status IN (SELECT value FROM json_each(?)) LIMIT ?`;
    return this.#sql.get(sql).pluck().all(JSON.stringify(statuses), limit) as string[];
  }

  /** Ids of up to `limit` outdated jobs, those that ended first first. */
  outdated({ before, keep }: Outdated, limit: number): string[] {
    const sql = `SELECT id FROM jobs WHERE ended_at < ? AND engine <> 'group' ORDER BY ended_at, id LIMIT ?`;
    const old = this.#sql
      .get(sql)
      .pluck()
      .all(before ?? 0, limit) as string[];
    const beyond = Math.min(limit, this.#beyond(keep));
    // Both are the beginning of the same order.
    return old.length >= beyond ? old : (this.#sql.get(sql).pluck().all(Number.MAX_SAFE_INTEGER, beyond) as string[]);
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

  /** How many finished jobs there are beyond the latest `keep`. */
  #beyond(keep: number | null): number {
    const finished = `SELECT coalesce(sum(jobs), 0) - (SELECT count(*) FROM jobs
      WHERE engine = 'group' AND status NOT IN ('pending', 'waiting', 'running')) FROM facets
      WHERE name = 'status' AND value NOT IN ('pending', 'waiting', 'running')`;
    return keep === null ? 0 : Math.max(0, (this.#sql.get(finished).pluck().get() as number) - keep);
  }

  /** When outdated jobs were last removed, and how many. */
  lastCleanUp(): CleanUp | null {
    const text = this.#sql.get(`SELECT value FROM meta WHERE key = 'last_clean_up'`).pluck().get();
    return typeof text === 'string' ? (JSON.parse(text) as CleanUp) : null;
  }

  /** The job that waits for its start the longest. */
  oldestWaiting(): { id: string; queuedAt: number } | null {
    const sql = `SELECT id, queued_at AS queuedAt FROM jobs WHERE status IN ('pending', 'waiting')
      AND engine <> 'group' ORDER BY queue_order LIMIT 1`;
    return (this.#sql.get(sql).get() as { id: string; queuedAt: number } | undefined) ?? null;
  }

  /** Running jobs of which nothing was written since `before`, longest first; but not those that are paused or run elsewhere. */
  silent(before: number): SilentJob[] {
    const sql = `SELECT id, title, engine, attempt, last_activity_at AS lastActivityAt FROM jobs
      WHERE status = 'running' AND last_activity_at < ? AND engine <> 'group' AND connection IS NULL
      AND paused_at IS NULL
      ORDER BY last_activity_at`;
    return this.#sql.get(sql).all(before) as SilentJob[];
  }

  /** Attempts on their way, by engine; engines without any are left out. */
  runningByEngine(): Map<string, number> {
    const sql = `SELECT engine, count(*) AS running FROM attempts JOIN jobs ON jobs.id = job_id
      WHERE attempts.ended_at IS NULL GROUP BY engine`;
    const rows = this.#sql.get(sql).all() as { engine: string; running: number }[];
    return new Map(rows.map(({ engine, running }) => [engine, running]));
  }

  /** How many schedules are not paused, and when the first of them is due. */
  enabledSchedules(): { enabled: number; nextRunAt: number | null } {
    const sql = 'SELECT count(*) AS enabled, min(next_run_at) AS nextRunAt FROM schedules WHERE paused = 0';
    return this.#sql.get(sql).get() as { enabled: number; nextRunAt: number | null };
  }

  /** The id of the job that was submitted with this idempotency key. */
  byKey(key: string): string | null {
    const sql = 'SELECT id FROM jobs WHERE idempotency_key = ?';
    return (this.#sql.get(sql).pluck().get(key) as string | undefined) ?? null;
  }

  /** Whether the id is, or not long ago was, a job's. */
  isTaken(id: string): boolean {
    const sql = `SELECT EXISTS (SELECT 1 FROM jobs WHERE id = @id) OR EXISTS (SELECT 1 FROM deleted WHERE id = @id)
      OR EXISTS (SELECT 1 FROM leftover_logs WHERE job_id = @id)`;
    return this.#sql.get(sql).pluck().get({ id }) === 1;
  }

  /** A job as reports on it are weighed. */
  reported(id: string): ReportedRow | null {
    const sql = `SELECT id, status, engine, attempt, progress, cancel_requested_at AS cancelRequestedAt
      FROM jobs WHERE id = ?`;
    return (this.#sql.get(sql).get(id) as ReportedRow | undefined) ?? null;
  }

  /** What a client has reported on a job; null when that is nothing. */
  reportClient(jobId: string, client: string): ReportClientRow | null {
    const sql = 'SELECT low, seen, progress_seq AS progress FROM report_clients WHERE job_id = ? AND client = ?';
    return (this.#sql.get(sql).get(jobId, client) as ReportClientRow | undefined) ?? null;
  }

  /** How many entries a job's timeline has. */
  eventCount(jobId: string): number {
    return this.#sql.get('SELECT count(*) FROM events WHERE job_id = ?').pluck().get(jobId) as number;
  }

  /** Reported jobs that have not been heard of for as long as they have to be. */
  unheard(now: number): string[] {
    const sql = `SELECT id FROM jobs WHERE status = 'running' AND heartbeat_ms IS NOT NULL AND silent_at <= ?`;
    return this.#sql.get(sql).pluck().all(now) as string[];
  }

  /** When the first reported job will not have been heard of for too long; null when there is none. */
  nextSilence(): number | null {
    const sql = `SELECT min(silent_at) FROM jobs WHERE status = 'running' AND heartbeat_ms IS NOT NULL`;
    return this.#sql.get(sql).pluck().get() as number | null;
  }

  /** Files of definitions, those that were added first first. */
  definitionFiles(): DefinitionFileRow[] {
    return definitionFiles(this.#sql);
  }

  /** Removed jobs whose logs may still be there. */
  leftoverLogs(): string[] {
    return this.#sql.get('SELECT job_id FROM leftover_logs').pluck().all() as string[];
  }
}
