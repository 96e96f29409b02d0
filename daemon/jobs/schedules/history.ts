/** What a schedule's history says of the times that were due. */

import { plainMessage } from '../../../shared/messages/define.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import type { RunOutcome, ScheduleRun } from '../../../shared/schedule.ts';
import type { ActiveRun, ScheduleRow, ScheduleRunRow } from '../../store/tables/schedules.ts';
import type { Tx } from '../../store/tx.ts';

/** Why times that were due came to nothing; a part of a sentence. */
export interface Reason {
  why: string;
  jobId: string | null;
}

export const away: Reason = { why: 'The daemon was away, or the machine asleep', jobId: null };

/** The job that a run is skipped for. */
export function stillActive({ id, title }: ActiveRun): Reason {
  return { why: `\`${title}\` (${id}) had not ended`, jobId: id };
}

/** Notes what became of a time; null for a run that somebody asked for. */
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
 * Notes that times, oldest first, came to nothing: in one entry, for the last of them, however many they are. `more`:
 * there were others before that have not been counted.
 */
export function noteTogether(
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

/** An entry as it is told. */
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
