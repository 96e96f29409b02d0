/** Pausing a running job and letting it go on: what is checked, and what is written. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { AttemptRef } from '../../engines/engine.ts';
import type { Rows } from '../../store/reads.ts';
import { type JobRow, toJob } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { currentLaunch, unfinishedAttempt } from '../attempts/attempts.ts';
import type { EngineCall } from '../engineCalls.ts';
import { timeline } from '../life/timeline.ts';

/**
 * The call that pauses a job or lets it go on; null when that is so already.
 * @throws JobdeckError JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE
 */
export function pauseCall(rows: Rows, job: JobRow, paused: boolean): EngineCall<AttemptRef> | null {
  const { pause, resume } = toJob(job).capabilities;
  const attempt = unfinishedAttempt(rows, job);
  if (attempt?.status === 'running' && (paused ? pause : resume).allowed) {
    return { engine: job.engine, what: { jobId: job.id, attempt: attempt.number, launch: attempt.launch } };
  }
  if (attempt?.status === 'running' && (paused ? resume : pause).allowed) return null;
  const isRunning = job.status === 'running' && job.cancelRequestedAt === null;
  throw new JobdeckError(
    isRunning ? 'ENGINE_NOT_CAPABLE' : 'JOB_NOT_RUNNING',
    pause.reason?.message ?? `The job ${job.id} does not run.`,
    isRunning ? null : 'Only a job that runs can be paused.',
  );
}

/** Notes that an attempt's processes are stopped, or go on. Nothing when they have ended meanwhile. */
export function markPaused(tx: Tx, ref: AttemptRef, paused: boolean, now: number): void {
  const current = currentLaunch(tx, ref);
  if (!current || (current.job.pausedAt !== null) === paused) return;
  tx.updateJob(ref.jobId, { pausedAt: paused ? now : null, lastActivityAt: now });
  const entry = paused ? timeline.paused() : timeline.resumed();
  tx.addEvent(ref.jobId, { ...entry, at: now, attempt: ref.attempt });
}

/** Corrects what was committed by what the engine found. */
export function correctPaused(tx: Tx, ref: AttemptRef, paused: boolean, now: number): void {
  const current = currentLaunch(tx, ref);
  if (!current || (current.job.pausedAt !== null) === paused) return;
  tx.updateJob(ref.jobId, { pausedAt: paused ? now : null });
  tx.addEvent(ref.jobId, { ...timeline.foundPaused(paused), at: now, attempt: ref.attempt });
}
