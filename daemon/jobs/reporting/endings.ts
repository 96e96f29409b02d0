/** Endings of reported jobs that their programs did not tell of; in a transaction. */
import { formatDuration } from '../../../shared/format.ts';
import type { JobError, Step } from '../../../shared/job.ts';
import { trackedByWindow } from '../../../shared/reporting.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { markEnded, unfinishedAttempt } from '../attempts/attempts.ts';
import { ended } from '../steps/steps.ts';

/** Ends those that have not been heard of for as long as they have to be; after a cancel they count as cancelled. */
export function endSilent(tx: Tx, now: number): void {
  for (const id of tx.unheard(now)) {
    const job = tx.job(id);
    const attempt = job && unfinishedAttempt(tx, job);
    if (!job || !attempt) continue;
    const error = silenceError(job.heartbeatMs ?? 0, isTrackedByWindow(tx.data(id)?.metadata ?? null));
    endUntold(tx, job, attempt, { error, at: now });
  }
}

/**
 * Gives all that have to be heard of all of their time again: nobody could report while the machine slept, and no time
 * has passed for a program when somebody sets the clock.
 */
export function forgiveSilence(tx: Tx, now: number): void {
  for (const id of tx.unheard(Number.MAX_SAFE_INTEGER)) tx.heardOf(id, now, undefined);
}

/** Ends an attempt of which nobody knows more than that it is over. */
export function endUntold(
  tx: Tx,
  job: JobRow,
  attempt: AttemptRow,
  { error, at }: { error: JobError | null; at: number },
): void {
  const steps = tx.data(job.id)?.steps;
  if (steps) tx.updateData(job.id, { steps: ended(JSON.parse(steps) as Step[], 'failed', at) });
  markEnded(tx, job, attempt, { exitCode: null, signal: null, endedAt: at, error });
}

function isTrackedByWindow(metadata: string | null): boolean {
  return metadata !== null && (JSON.parse(metadata) as { trackedBy?: unknown } | null)?.trackedBy === trackedByWindow;
}

function silenceError(heartbeatMs: number, byWindow: boolean): JobError {
  const time = formatDuration(heartbeatMs);
  return {
    code: 'HEARTBEAT_LOST',
    message: byWindow
      ? `The window that tracked it was closed, or does not answer: nothing was heard of it for ${time}.`
      : `Nothing was heard of it for ${time}.`,
    hint: byWindow
      ? 'It may run on; its ending will not be seen.'
      : 'Its program may have ended, or lost the connection. One that is silent for longer needs a larger “heartbeatMs”.',
    details: null,
  };
}
