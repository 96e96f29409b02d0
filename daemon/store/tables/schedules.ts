/** Schedules and their histories. */
import type { CatchUp, Overlap, RunOutcome } from '../../../shared/schedule.ts';
import { type Column, selection } from '../columns.ts';
import type { Statements } from '../statements.ts';

/** A row of `schedules`; times in milliseconds. */
export interface ScheduleRow {
  id: string;
  name: string;
  cron: string;
  timezone: string;
  /** 0 or 1. */
  paused: number;
  catchUp: CatchUp;
  overlap: Overlap;
  source: string | null;
  /** A JobTemplate as JSON. */
  job: string;
  createdBy: string | null;
  createdAt: number;
  /** null while it is paused. */
  nextRunAt: number | null;
}

/** A row of `schedule_runs`; times in milliseconds. */
export interface ScheduleRunRow {
  scheduleId: string;
  scheduledFor: number | null;
  at: number;
  outcome: RunOutcome;
  jobId: string | null;
  detail: string | null;
}

/** An active job of a schedule. */
export interface ActiveRun {
  id: string;
  title: string;
  createdAt: number;
}

/** Maximum number of entries in a schedule's history. */
export const keptRuns = 100;

export const scheduleFields = {
  id: 'plain',
  name: 'plain',
  cron: 'plain',
  timezone: 'plain',
  paused: 'plain',
  catchUp: 'plain',
  overlap: 'plain',
  source: 'plain',
  job: 'plain',
  createdBy: 'plain',
  createdAt: 'plain',
  nextRunAt: 'plain',
} satisfies Record<keyof ScheduleRow, Column>;

const runFields = {
  scheduleId: 'plain',
  scheduledFor: 'plain',
  at: 'plain',
  outcome: 'plain',
  jobId: 'plain',
  detail: 'plain',
} satisfies Record<keyof ScheduleRunRow, Column>;

const scheduleColumns = selection(scheduleFields);
const runColumns = selection(runFields);

export class ScheduleRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** All, by name. */
  all(): ScheduleRow[] {
    return this.#sql.get(`SELECT ${scheduleColumns} FROM schedules ORDER BY name`).all() as ScheduleRow[];
  }

  /** The definition file of each schedule, by name. */
  sources(): Map<string, string | null> {
    const rows = this.#sql.get('SELECT name, source FROM schedules').raw().all() as [string, string | null][];
    return new Map(rows);
  }

  /** The schedule with this name or else with this ID. */
  find(ref: string): ScheduleRow | null {
    const sql = `SELECT ${scheduleColumns} FROM schedules WHERE name = @ref OR id = @ref ORDER BY name <> @ref LIMIT 1`;
    return (this.#sql.get(sql).get({ ref }) as ScheduleRow | undefined) ?? null;
  }

  /** Schedules that are due, the longest overdue first. */
  due(now: number): ScheduleRow[] {
    const sql = `SELECT ${scheduleColumns} FROM schedules WHERE paused = 0 AND next_run_at <= ? ORDER BY next_run_at`;
    return this.#sql.get(sql).all(now) as ScheduleRow[];
  }

  /** Schedules with a history entry later than `time`, which happens after the clock was set back. */
  ahead(time: number): ScheduleRow[] {
    const sql = `SELECT ${scheduleColumns} FROM schedules WHERE paused = 0 AND (created_at > @time OR EXISTS
      (SELECT 1 FROM schedule_runs WHERE schedule_id = schedules.id AND at > @time))`;
    return this.#sql.get(sql).all({ time }) as ScheduleRow[];
  }

  /** When the first schedule is due; null if none is. */
  nextRun(): number | null {
    const sql = 'SELECT next_run_at FROM schedules WHERE paused = 0 AND next_run_at >= 0 ORDER BY next_run_at LIMIT 1';
    return (this.#sql.get(sql).pluck().get() as number | undefined) ?? null;
  }

  /** Its active jobs, oldest first. */
  activeJobs(id: string): ActiveRun[] {
    const sql = `SELECT id, title, created_at AS createdAt FROM jobs WHERE schedule_id = ? AND ended_at IS NULL
      ORDER BY seq`;
    return this.#sql.get(sql).all(id) as ActiveRun[];
  }

  /** The latest `limit` entries of its history, newest first. */
  runs(id: string, limit: number): ScheduleRunRow[] {
    const sql = `SELECT ${runColumns} FROM schedule_runs WHERE schedule_id = ? ORDER BY id DESC LIMIT ?`;
    return this.#sql.get(sql).all(id, limit) as ScheduleRunRow[];
  }

  /** How many schedules are not paused, and when the first of them is due. */
  enabled(): { enabled: number; nextRunAt: number | null } {
    const sql = 'SELECT count(*) AS enabled, min(next_run_at) AS nextRunAt FROM schedules WHERE paused = 0';
    return this.#sql.get(sql).get() as { enabled: number; nextRunAt: number | null };
  }
}
