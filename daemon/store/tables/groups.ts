/** Groups and their jobs. Each query uses an index, so its cost does not grow with the size of the group. */
import type { Job, JobStatus, WaitReason } from '../../../shared/job.ts';
import type { Statements } from '../statements.ts';

/** Jobs of a group in one status; `weight` is the sum of their weights, `done` the completed part of it. */
export interface StatusCount {
  status: JobStatus;
  jobs: number;
  weight: number;
  done: number;
}

/** How many jobs of a group may be queued or running at the same time; null for any number. `cancelling` is 0 or 1. */
export interface GroupLimit {
  id: string;
  groupConcurrency: number | null;
  cancelling: number;
}

/** A job of a group, with the facts that decide whether it can be retried. */
export interface Member {
  id: string;
  cwd: string | null;
  engine: string;
  connection: string | null;
  /** 0 or 1: its queue exists and allows it. */
  queueAllowsRetry: number;
}

const millionth = 1_000_000;
/** The condition of the index `jobs_in_group`: the job occupies one of the slots of its group. */
const hasSlot = `(status IN ('pending', 'running') OR wait_reason IN ('queueFull', 'rateLimit', 'queuePaused'))`;
const active = `('pending', 'waiting', 'running')`;

export class GroupRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** The group with this name. */
  named(name: string): string | null {
    const sql = 'SELECT id FROM jobs WHERE group_name = ?';
    return (this.#sql.get(sql).pluck().get(name) as string | undefined) ?? null;
  }

  /** The limit of a group; null if the group does not exist. */
  limit(id: string): GroupLimit | null {
    const sql = `SELECT id, group_concurrency AS groupConcurrency,
        cancel_requested_at IS NOT NULL AND ended_at IS NULL AS cancelling
      FROM jobs WHERE id = ? AND engine = 'group'`;
    return (this.#sql.get(sql).get(id) as GroupLimit | undefined) ?? null;
  }

  /** The groups that these jobs are in. */
  of(jobIds: Iterable<string>): string[] {
    const sql = `SELECT DISTINCT own.parent_id FROM json_each(?) AS given JOIN jobs AS own ON own.id = given.value
      JOIN jobs AS parent ON parent.id = own.parent_id WHERE parent.engine = 'group'`;
    return this.#sql
      .get(sql)
      .pluck()
      .all(JSON.stringify([...jobIds])) as string[];
  }

  /** The jobs of a group by status; those without any are left out. */
  statusCounts(id: string): StatusCount[] {
    const sql = 'SELECT status, jobs, weight, done FROM group_counts WHERE parent_id = ? AND jobs > 0 ORDER BY status';
    const rows = this.#sql.get(sql).all(id) as StatusCount[];
    return rows.map((row) => ({ ...row, weight: row.weight / millionth, done: row.done / millionth }));
  }

  /** When the first job of a group started. */
  firstStart(id: string): number | null {
    const sql = 'SELECT min(started_at) FROM jobs WHERE parent_id = ? AND started_at IS NOT NULL';
    return this.#sql.get(sql).pluck().get(id) as number | null;
  }

  /** When the last job of a group in this status ended. */
  lastEnd(id: string, status: JobStatus): number | null {
    const sql = 'SELECT max(ended_at) FROM jobs WHERE parent_id = ? AND status = ?';
    return this.#sql.get(sql).pluck().get(id, status) as number | null;
  }

  /** Titles of the first jobs of a group that ended in this status. */
  endedTitles(id: string, status: JobStatus, limit: number): string[] {
    const sql = 'SELECT title FROM jobs WHERE parent_id = ? AND status = ? ORDER BY ended_at, rowid LIMIT ?';
    return this.#sql.get(sql).pluck().all(id, status, limit) as string[];
  }

  /** What the first job of a group waits for. */
  firstWait(id: string): { waitReason: WaitReason; waitUntil: number | null; waitDetail: string | null } | null {
    const sql = `SELECT wait_reason AS waitReason, wait_until AS waitUntil, wait_detail AS waitDetail FROM jobs
      WHERE parent_id = ? AND status = 'waiting' AND wait_reason IS NOT NULL ORDER BY queue_order LIMIT 1`;
    return (this.#sql.get(sql).get(id) as ReturnType<GroupRows['firstWait']> | undefined) ?? null;
  }

  /** How many slots of a group are taken by queued or running jobs. Counts no further than `limit`. */
  slotsTaken(id: string, limit: number): number {
    const sql = `SELECT count(*) FROM (SELECT 1 FROM jobs INDEXED BY jobs_in_group WHERE parent_id = ? AND ${hasSlot} LIMIT ?)`;
    return this.#sql.get(sql).pluck().get(id, limit) as number;
  }

  /** The first jobs of a group that wait for a slot. */
  waitingForSlot(id: string, limit: number): string[] {
    const sql = `SELECT id FROM jobs INDEXED BY jobs_group_full WHERE wait_reason = 'groupFull' AND parent_id = ?
      ORDER BY queue_order LIMIT ?`;
    return this.#sql.get(sql).pluck().all(id, limit) as string[];
  }

  /**
   * Jobs of a group in this status whose queue allows cancelling and that are not being stopped yet, oldest first.
   */
  cancellable(id: string, status: JobStatus, limit: number): string[] {
    const sql = `SELECT id FROM jobs WHERE parent_id = ? AND status = ?
      AND (cancel_requested_at IS NULL OR cancel_signal IS NOT NULL)
      AND (SELECT cancel_allowed FROM queues WHERE name = jobs.queue) IS NOT 0 ORDER BY ended_at, rowid LIMIT ?`;
    return this.#sql.get(sql).pluck().all(id, status, limit) as string[];
  }

  /** Whether a group has active jobs that are not being cancelled. */
  hasActive(id: string): boolean {
    const sql = `SELECT EXISTS (SELECT 1 FROM jobs WHERE parent_id = ? AND status IN ${active}
      AND cancel_requested_at IS NULL)`;
    return this.#sql.get(sql).pluck().get(id) === 1;
  }

  /** Jobs of a group in one of these statuses, in the order of queueing. */
  members(id: string, statuses: readonly JobStatus[]): Member[] {
    const sql = `SELECT id, cwd, engine, connection,
      coalesce((SELECT retry_allowed FROM queues WHERE name = jobs.queue), 0) AS queueAllowsRetry
      FROM jobs WHERE parent_id = ? AND status IN (SELECT value FROM json_each(?)) ORDER BY queue_order, rowid`;
    return this.#sql.get(sql).all(id, JSON.stringify(statuses)) as Member[];
  }

  /** Up to `limit` finished jobs of a group. */
  endedMembers(id: string, limit: number): string[] {
    const sql = 'SELECT id FROM jobs WHERE parent_id = ? AND ended_at IS NOT NULL LIMIT ?';
    return this.#sql.get(sql).pluck().all(id, limit) as string[];
  }

  /** Groups that are being cancelled. */
  beingCancelled(): string[] {
    const sql = `SELECT id FROM jobs WHERE engine = 'group' AND status IN ${active} AND cancel_requested_at IS NOT NULL`;
    return this.#sql.get(sql).pluck().all() as string[];
  }

  /** How many groups there are, by status. */
  counts(): Map<JobStatus, number> {
    const sql = `SELECT status, count(*) AS jobs FROM jobs WHERE engine = 'group' GROUP BY status`;
    const rows = this.#sql.get(sql).all() as { status: Job['status']; jobs: number }[];
    return new Map(rows.map(({ status, jobs }) => [status, jobs]));
  }
}
