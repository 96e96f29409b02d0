/** Entries of a schedule's history. */
import type { JobdeckError } from '../../../shared/errors.ts';
import { hintMessage, problemMessage } from '../../../shared/messages/nested.ts';
import { scheduleHistory } from '../../../shared/messages/schedules.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import type { ScheduleRun } from '../../../shared/schedule.ts';
import type { ActiveRun, ScheduleRow, ScheduleRunRow } from '../../store/tables/schedules.ts';
import type { Tx } from '../../store/tx.ts';

/** Adds an entry for a due time, or for a manual run (null). */
export function note(
  tx: Tx,
  schedule: ScheduleRow,
  now: number,
  run: Omit<ScheduleRunRow, 'scheduleId' | 'at' | 'jobId' | 'detail'> & { jobId?: string | null; detail?: Message },
): void {
  const { scheduledFor, outcome, jobId = null, detail = null } = run;
  tx.addScheduleRun({
    scheduleId: schedule.id,
    scheduledFor,
    at: now,
    outcome,
    jobId,
    detail: detail === null ? null : JSON.stringify(detail),
  });
}

/** Adds one entry for missed times, oldest first. `more`: earlier ones were not counted. */
export function noteMissed(tx: Tx, schedule: ScheduleRow, now: number, times: readonly number[], more: boolean): void {
  const [first, scheduledFor, count] = [times[0], times.at(-1), times.length];
  if (first === undefined || scheduledFor === undefined) return;
  const detail = more
    ? scheduleHistory('schedule.awayManyTimes', { count })
    : count === 1
      ? scheduleHistory('schedule.away')
      : scheduleHistory('schedule.awayTimes', { count, first: iso(first) });
  note(tx, schedule, now, { outcome: 'missed', scheduledFor, detail });
}

/** Adds one entry for times, oldest first, that were skipped because of an active run. */
export function noteSkipped(
  tx: Tx,
  schedule: ScheduleRow,
  now: number,
  times: readonly number[],
  { id, title }: ActiveRun,
): void {
  const [first, scheduledFor, count] = [times[0], times.at(-1), times.length];
  if (first === undefined || scheduledFor === undefined) return;
  const detail =
    count === 1
      ? scheduleHistory('schedule.stillActive', { title, id })
      : scheduleHistory('schedule.stillActiveTimes', { count, first: iso(first), title, id });
  note(tx, schedule, now, { outcome: 'skipped', scheduledFor, jobId: id, detail });
}

/** Adds an entry for a run that could not be started. */
export function noteFailed(
  tx: Tx,
  schedule: ScheduleRow,
  now: number,
  scheduledFor: number,
  error: JobdeckError,
): void {
  const [problem, hint] = [problemMessage(error), hintMessage(error)];
  const detail = hint === null ? problem : scheduleHistory('schedule.failed', { problem, hint });
  note(tx, schedule, now, { outcome: 'failed', scheduledFor, detail });
}

/** An entry as it is sent to clients. */
export function toRun({ scheduledFor, at, outcome, jobId, detail }: ScheduleRunRow): ScheduleRun {
  return {
    scheduledFor: scheduledFor === null ? null : iso(scheduledFor),
    at: iso(at),
    outcome,
    jobId,
    detail: detail === null ? null : (JSON.parse(detail) as Message),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
