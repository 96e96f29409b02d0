/** Pausing a running job and resuming it: the checks and the writes. */
import { capabilityReason } from '../../../shared/messages/capabilities.ts';
import { jobProblem } from '../../../shared/messages/jobCommands.ts';
import type { AttemptRef } from '../../engines/engine.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { EngineCall } from '../engineCalls.ts';
import { jobRules } from '../kinds/rules.ts';
import { timeline } from '../life/timeline.ts';
import { currentLaunch, refOf, unfinishedAttempt } from '../lookup.ts';

/**
 * The call that pauses or resumes a job; null if that has already happened.
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
  const reason = pause.reason ?? capabilityReason('capability.notRunning', { status: job.status });
  throw jobProblem(isRunning ? 'ENGINE_NOT_CAPABLE/action' : 'JOB_NOT_RUNNING/pause', { reason });
}

/** Records that an attempt's processes were paused or resumed. Does nothing if they have ended since. */
export function markPaused(tx: Tx, ref: AttemptRef, paused: boolean, now: number): void {
  const current = currentLaunch(tx, ref);
  if (!current || (current.job.pausedAt !== null) === paused) return;
  tx.updateJob(ref.jobId, { pausedAt: paused ? now : null, lastActivityAt: now });
  const entry = paused ? timeline.paused() : timeline.resumed();
  tx.addEvent(ref.jobId, { ...entry, at: now, attempt: ref.attempt });
}
