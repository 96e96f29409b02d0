/** Pausing a running job and resuming it: the checks and the writes. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { AttemptRef } from '../../engines/engine.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { EngineCall } from '../engineCalls.ts';
import { jobRules } from '../kinds/rules.ts';
import { timeline } from '../life/timeline.ts';
import { currentLaunch, refOf, unfinishedAttempt } from '../lookup.ts';

/**
 * The call that pauses or resumes a job; null when it already is as wanted.
 * @throws JobdeckError JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE
 */
export function pauseCall(rows: Reads, job: JobRow, paused: boolean): EngineCall<AttemptRef> | null {
  const { pause, resume } = jobRules.capabilities(job);
  const attempt = unfinishedAttempt(rows, job);
  if (attempt?.status === 'running' && (paused ? pause : resume).allowed) {
    return { engine: job.engine, what: refOf(job, attempt) };
  }
  if (attempt?.status === 'running' && (paused ? resume : pause).allowed) return null;
  const isRunning = job.status === 'running' && job.cancelRequestedAt === null;
  throw new JobdeckError(
    isRunning ? 'ENGINE_NOT_CAPABLE' : 'JOB_NOT_RUNNING',
    pause.reason?.message ?? `The job ${job.id} does not run.`,
    isRunning ? null : 'Only a job that runs can be paused.',
  );
}

/** Notes that an attempt's processes are stopped or continue. Nothing when they have ended since. */
export function markPaused(tx: Tx, ref: AttemptRef, paused: boolean, now: number): void {
  const current = currentLaunch(tx, ref);
  if (!current || (current.job.pausedAt !== null) === paused) return;
  tx.updateJob(ref.jobId, { pausedAt: paused ? now : null, lastActivityAt: now });
  const entry = paused ? timeline.paused() : timeline.resumed();
  tx.addEvent(ref.jobId, { ...entry, at: now, attempt: ref.attempt });
}
