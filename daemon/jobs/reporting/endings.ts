/** Endings of reported jobs that their programs did not report; in a transaction. */
import { formatDuration } from '../../../shared/format.ts';
import type { JobError, Step } from '../../../shared/job.ts';
import { trackedByWindow } from '../../../shared/reporting.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { markEnded } from '../attempts/attempts.ts';
import { unfinishedAttempt } from '../lookup.ts';
import { ended } from '../steps/steps.ts';

/** Ends jobs whose heartbeat timeout has passed; after a cancel they count as cancelled. */
export function endSilent(tx: Tx, now: number): void {
  for (const id of tx.reports.silent(now)) {
    const job = tx.jobs.find(id);
    const attempt = job && unfinishedAttempt(tx, job);
    if (!job || !attempt) continue;
    const error = silenceError(job.heartbeatMs ?? 0, isTrackedByWindow(tx.jobs.data(id)?.metadata ?? null));
    endUnreported(tx, job, attempt, { error, at: now });
  }
}

/**
 * Restarts all heartbeat timeouts: nobody could report while the machine slept, and setting the clock is not silence.
 */
export function restartTimeouts(tx: Tx, now: number): void {
  for (const id of tx.reports.silent(Number.MAX_SAFE_INTEGER)) tx.noteActivity(id, now, undefined);
}

/** Ends an attempt whose program did not report how. */
export function endUnreported(
  tx: Tx,
  job: JobRow,
  attempt: AttemptRow,
  { error, at }: { error: JobError | null; at: number },
): void {
  const steps = tx.jobs.data(job.id)?.steps;
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
