/** Ends reported jobs whose programs did not report the end, in a transaction. */
import type { JobError, Step } from '../../../shared/job.ts';
import { jobFailure } from '../../../shared/messages/jobFailures.ts';
import { trackedByWindow } from '../../../shared/reporting.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { markEnded } from '../attempts/attempts.ts';
import { unfinishedAttempt } from '../lookup.ts';
import { ended } from '../steps/steps.ts';

/** Ends jobs whose heartbeat timeout has passed. After a cancel they count as cancelled. */
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
 * Restarts all heartbeat timeouts. Programs could not report while the machine slept, and setting the clock is not
 * silence.
 */
export function restartTimeouts(tx: Tx, now: number): void {
  for (const id of tx.reports.silent(Number.MAX_SAFE_INTEGER)) tx.noteActivity(id, now, undefined);
}

/** Ends an attempt whose program did not report the end. */
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
  const id = byWindow ? 'HEARTBEAT_LOST/window' : 'HEARTBEAT_LOST';
  return { ...jobFailure.problem(id, { time: heartbeatMs }), details: null };
}
