/** Schedules and their histories, as commands and the dispatching read them. */
import type { CatchUp, Overlap, RunOutcome } from '../../shared/schedule.ts';
import { QueueRows } from './queueRows.ts';
import { columnOf } from './rows.ts';
import type { Statements } from './statements.ts';

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

/** A job of a schedule that has not ended. */
export interface ActiveRun {
  id: string;
  title: string;
  createdAt: number;
}

/** Entries of a schedule's history that are kept. */
export const keptRuns = 100;

/** The columns of `schedules` as fields. */
export const scheduleFields =
  'id name cron timezone paused catchUp overlap source job createdBy createdAt nextRunAt'.split(' ');
const scheduleColumns = selection(scheduleFields);
const runColumns = selection('scheduleId scheduledFor at outcome jobId detail'.split(' '));

function selection(fields: readonly string[]): string {
  return fields.map((field) => `${columnOf(field)} AS ${field}`).join(', ');
}

export class ScheduleRows extends QueueRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    super(sql);
    this.#sql = sql;
  }

  /** All, by name. */
  schedules(): ScheduleRow[] {
    return this.#sql.get(`SELECT ${scheduleColumns} FROM schedules ORDER BY name`).all() as ScheduleRow[];
  }

  /** The one of that name or, when there is none, of that id. */
  schedule(ref: string): ScheduleRow | null {
    const sql = `SELECT ${scheduleColumns} FROM schedules WHERE name = @ref OR id = @ref ORDER BY name <> @ref LIMIT 1`;
    return (this.#sql.get(sql).get({ ref }) as ScheduleRow | undefined) ?? null;
  }

  /** Those whose time has come, the longest due first. */
  dueSchedules(now: number): ScheduleRow[] {
    const sql = `SELECT ${scheduleColumns} FROM schedules WHERE paused = 0 AND next_run_at <= ? ORDER BY next_run_at`;
    return this.#sql.get(sql).all(now) as ScheduleRow[];
  }

  /** Those in which something happened after a time, which so far lies in the future: the clock has been put back. */
  schedulesAhead(time: number): ScheduleRow[] {
    const sql = `SELECT ${scheduleColumns} FROM schedules WHERE paused = 0 AND (created_at > @time OR EXISTS
      (SELECT 1 FROM schedule_runs WHERE schedule_id = schedules.id AND at > @time))`;
    return this.#sql.get(sql).all({ time }) as ScheduleRow[];
  }

  /** When the first schedule is due; null when none is. */
  nextScheduled(): number | null {
    const sql = 'SELECT next_run_at FROM schedules WHERE paused = 0 AND next_run_at >= 0 ORDER BY next_run_at LIMIT 1';
    return (this.#sql.get(sql).pluck().get() as number | undefined) ?? null;
  }

  /** Its jobs that have not ended, oldest first. */
  activeOfSchedule(id: string): ActiveRun[] {
    const sql = `SELECT id, title, created_at AS createdAt FROM jobs WHERE schedule_id = ? AND ended_at IS NULL
      ORDER BY seq`;
    return this.#sql.get(sql).all(id) as ActiveRun[];
  }

  /** The latest `limit` entries of its history, newest first. */
  scheduleRuns(id: string, limit: number): ScheduleRunRow[] {
    const sql = `SELECT ${runColumns} FROM schedule_runs WHERE schedule_id = ? ORDER BY id DESC LIMIT ?`;
    return this.#sql.get(sql).all(id, limit) as ScheduleRunRow[];
  }
}
