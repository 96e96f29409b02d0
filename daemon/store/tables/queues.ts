/** Queues and their jobs. Dispatching reads only jobs that can start, however many wait. */
import { type Column, jobColumns, selection } from '../columns.ts';
import type { JobRow } from '../rows.ts';
import type { Statements } from '../statements.ts';

/** A row of `queues`. */
export interface QueueRow {
  name: string;
  concurrency: number | null;
  rateCount: number | null;
  ratePeriodMs: number | null;
  /** 0 or 1. */
  paused: number;
  timeLimitMs: number | null;
  /** 0 or 1, both. */
  cancelAllowed: number;
  retryAllowed: number;
  /** The definition file that created it; null if there is none. */
  source: string | null;
}

export const queueFields = {
  name: 'plain',
  concurrency: 'plain',
  rateCount: 'plain',
  ratePeriodMs: 'plain',
  paused: 'plain',
  timeLimitMs: 'plain',
  cancelAllowed: 'plain',
  retryAllowed: 'plain',
  source: 'plain',
} satisfies Record<keyof QueueRow, Column>;
const queueColumns = selection(queueFields);
const noAttempt = 'NOT EXISTS (SELECT 1 FROM attempts WHERE job_id = jobs.id AND attempts.ended_at IS NULL)';
// No job of a group starts while the group is being cancelled.
const groupContinues = `NOT EXISTS (SELECT 1 FROM jobs AS parent WHERE parent.id = jobs.parent_id
  AND parent.engine = 'group' AND parent.cancel_requested_at IS NOT NULL)`;
const ofEngines = 'engine IN (SELECT value FROM json_each(?))';
// Matches the index on due times. With a condition on the status, SQLite would use that index and read all waiting jobs.
// A group shows the wait reason of its jobs, but does not wait itself.
const waitsForTime = `wait_reason IN ('delay', 'retryBackoff') AND engine <> 'group' AND connection IS NULL`;

export class QueueRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** All queues, by name. */
  all(): QueueRow[] {
    return this.#sql.get(`SELECT ${queueColumns} FROM queues ORDER BY name`).all() as QueueRow[];
  }

  find(name: string): QueueRow | null {
    const sql = `SELECT ${queueColumns} FROM queues WHERE name = ?`;
    return (this.#sql.get(sql).get(name) as QueueRow | undefined) ?? null;
  }

  /** Unfinished attempts by queue; queues without any are left out, as are jobs that no queue controls. */
  running(): Map<string, number> {
    const sql = `SELECT queue, count(*) AS running FROM attempts JOIN jobs ON jobs.id = job_id
      WHERE attempts.ended_at IS NULL AND engine <> 'reported' AND connection IS NULL
      GROUP BY queue`;
    const rows = this.#sql.get(sql).all() as { queue: string; running: number }[];
    return new Map(rows.map(({ queue, running }) => [queue, running]));
  }

  /** Pending and waiting jobs without an unfinished attempt, by queue. */
  waiting(): Map<string, number> {
    const sql = `SELECT queue, count(*) AS waiting FROM jobs WHERE status IN ('pending', 'waiting')
      AND engine <> 'group' AND connection IS NULL AND ${noAttempt} GROUP BY queue`;
    const rows = this.#sql.get(sql).all() as { queue: string; waiting: number }[];
    return new Map(rows.map(({ queue, waiting }) => [queue, waiting]));
  }

  /** Start times of a queue's jobs after `since` and up to `until`, earliest first. */
  starts(queue: string, since: number, until: number): number[] {
    const sql = 'SELECT at FROM queue_starts WHERE queue = ? AND at > ? AND at <= ? ORDER BY at';
    return this.#sql.get(sql).pluck().all(queue, since, until) as number[];
  }

  /** The first `limit` jobs in a queue, in the order in which they may start. For `+?` see statements.ts. */
  queued(queue: string, engines: string, limit: number): JobRow[] {
    const sql = `SELECT ${jobColumns} FROM jobs WHERE queue = +? AND in_line AND ${ofEngines} AND ${noAttempt}
      AND ${groupContinues} ORDER BY priority_rank, queue_order LIMIT CAST(? AS INTEGER)`;
    // A negative limit means no limit.
    return this.#sql.get(sql).all(queue, engines, Number.isFinite(limit) ? limit : -1) as JobRow[];
  }

  /** Queued jobs that no dispatch round has examined yet, in the order of queueing. */
  notExamined(engines: string): JobRow[] {
    const sql = `SELECT ${jobColumns} FROM jobs WHERE status = 'pending' AND ${ofEngines} AND ${noAttempt}
      AND ${groupContinues} ORDER BY queue_order`;
    return this.#sql.get(sql).all(engines) as JobRow[];
  }

  /** Local jobs whose wait time is over. */
  due(now: number): string[] {
    const sql = `SELECT id FROM jobs WHERE wait_until <= ? AND ${waitsForTime} ORDER BY wait_until`;
    return this.#sql.get(sql).pluck().all(now) as string[];
  }

  /** The earliest time that a job waits for; null if there is none. */
  nextDue(): number | null {
    const sql = `SELECT wait_until FROM jobs WHERE ${waitsForTime} ORDER BY wait_until LIMIT 1`;
    return (this.#sql.get(sql).pluck().get() as number | undefined) ?? null;
  }

  /** IDs of the active jobs of a queue. */
  active(queue: string): string[] {
    const sql = `SELECT id FROM jobs WHERE status IN ('pending', 'waiting', 'running') AND queue = ? AND connection IS NULL`;
    return this.#sql.get(sql).pluck().all(queue) as string[];
  }

  /** IDs of the jobs of a queue among the latest `limit` finished jobs. */
  latestEnded(queue: string, limit: number): string[] {
    const latest =
      'SELECT id, queue FROM jobs WHERE ended_at IS NOT NULL AND connection IS NULL ORDER BY ended_at DESC, id DESC LIMIT ?';
    return this.#sql.get(`SELECT id FROM (${latest}) WHERE queue = ?`).pluck().all(limit, queue) as string[];
  }

  /** Names of the schedules that submit to a queue. */
  schedulesOf(queue: string): string[] {
    const sql = `SELECT name FROM schedules WHERE job ->> '$.queue' = ? ORDER BY name`;
    return this.#sql.get(sql).pluck().all(queue) as string[];
  }

  /** IDs of the first `limit` jobs in a queue that wait for another reason, or with another detail, than this. */
  waitingOtherwise(queue: string, reason: string, detail: string | number | null, limit: number): string[] {
    const sql = `SELECT id FROM jobs WHERE queue = ? AND in_line AND status = 'waiting'
      AND engine <> 'group' AND connection IS NULL AND (wait_reason IS NOT ? OR wait_detail IS NOT ?)
      ORDER BY priority_rank, queue_order LIMIT ?`;
    return this.#sql.get(sql).pluck().all(queue, reason, detail, limit) as string[];
  }
}
