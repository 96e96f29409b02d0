/** Entries of a schedule's history. */
import { plainMessage } from '../../../shared/messages/define.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import type { RunOutcome, ScheduleRun } from '../../../shared/schedule.ts';
import type { ActiveRun, ScheduleRow, ScheduleRunRow } from '../../store/tables/schedules.ts';
import type { Tx } from '../../store/tx.ts';

/** Why no job was started for times that were due; part of a sentence. */
export interface Reason {
  why: string;
  jobId: string | null;
}

export const away: Reason = { why: 'The daemon was away, or the machine asleep', jobId: null };

/** The reason for skipping a run while this one is active. */
export function stillActive({ id, title }: ActiveRun): Reason {
  return { why: `\`${title}\` (${id}) had not ended`, jobId: id };
}

/** Adds an entry for a due time, or without a time for a run on request. */
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

/**
 * Adds one entry for several times, oldest first, for which no job was started. `more`: there were earlier ones that have
 * not been counted.
 */
export function noteAll(
  tx: Tx,
  schedule: ScheduleRow,
  now: number,
  { outcome, times, more = false, reason }: Together,
): void {
  const [first, scheduledFor] = [times[0], times.at(-1)];
  if (first === undefined || scheduledFor === undefined) return;
  const { why, jobId } = reason;
  const several = `${more ? 'More than ' : ''}${times.length} times${more ? '' : ` since ${iso(first)}`}`;
  const detail = times.length === 1 && !more ? `${why}.` : `${several}: ${why.charAt(0).toLowerCase()}${why.slice(1)}.`;
  note(tx, schedule, now, { outcome, scheduledFor, jobId, detail: plainMessage(detail) });
}

export interface Together {
  outcome: RunOutcome;
  times: readonly number[];
  more?: boolean;
  reason: Reason;
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
