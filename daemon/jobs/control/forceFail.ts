/** Force stopping jobs: the checks and the writes. */
import type { JobError } from '../../../shared/job.ts';
import { jobProblem } from '../../../shared/messages/jobCommands.ts';
import { jobFailure } from '../../../shared/messages/jobFailures.ts';
import type { AttemptRef } from '../../engines/engine.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { EngineCall } from '../engineCalls.ts';
import { nextStatus } from '../life/life.ts';
import { timeline } from '../life/timeline.ts';
import { refOf, unfinishedAttempt } from '../lookup.ts';
import { endDependencies } from '../waiting/dependencies.ts';
import { noWait } from '../waiting/waiting.ts';

/** The result of force stopping jobs. */
export interface ForceFailed {
  /** The jobs that were stopped. */
  ids: string[];
  /** What to kill after the commit. */
  kills: EngineCall<AttemptRef>[];
}

/**
 * Fails an active job with its attempt and the jobs that depend on it. No retry follows. Returns what to kill after the
 * commit; null if nothing of the job can be running.
 */
function forceFail(tx: Tx, job: JobRow, reason: string | undefined, now: number): EngineCall<AttemptRef> | null {
  const status = nextStatus(job.status, 'fail');
  if (status === null) return null;
  const attempt = unfinishedAttempt(tx, job);
  const facts = { exitCode: null, signal: null, error: forceFailedError(reason), endedAt: now };
  if (attempt) tx.updateAttempt(job.id, attempt.number, { status: 'failed', ...facts });
  tx.updateJob(job.id, { status, ...facts, ...noWait, pausedAt: null, lastActivityAt: now });
  tx.addEvent(job.id, { ...timeline.forceFailed(reason), at: now, attempt: attempt?.number ?? null });
  endDependencies(tx, job.id, now);
  if (!attempt) return null;
  return { engine: job.engine, what: refOf(job, attempt) };
}

/** Stops all active jobs, waiting ones first, so that none of them starts in between. */
export function forceFailAll(tx: Tx, reason: string | undefined, now: number): ForceFailed {
  return forceFailEach(tx, tx.jobs.active(), reason, now);
}

/** Stops the active ones of these jobs. */
export function forceFailEach(tx: Tx, all: readonly string[], reason: string | undefined, now: number): ForceFailed {
  const ids: string[] = [];
  const kills: EngineCall<AttemptRef>[] = [];
  for (const id of all) {
    const job = tx.jobs.find(id);
    // It may have been cancelled because it depended on the previous one.
    if (!job || nextStatus(job.status, 'fail') === null) continue;
    const kill = forceFail(tx, job, reason, now);
    ids.push(id);
    if (kill) kills.push(kill);
  }
  return { ids, kills };
}

/**
 * Checks that stopping all jobs was confirmed.
 * @throws JobdeckError CONFIRMATION_NEEDED
 */
export function checkConfirmed(rows: Reads, confirm: boolean | undefined): void {
  if (confirm === true) return;
  throw jobProblem('CONFIRMATION_NEEDED', { count: rows.jobs.active().length });
}

/** Whether an attempt was force stopped, so that its remaining processes must be killed. */
export function wasForceFailed(rows: Reads, { jobId, attempt }: AttemptRef): boolean {
  const row = rows.attempts.find(jobId, attempt);
  return row?.error != null && (JSON.parse(row.error) as JobError).code === 'FORCE_FAILED';
}

function forceFailedError(reason: string | undefined): JobError {
  const problem =
    reason === undefined ? jobFailure.problem('FORCE_FAILED') : jobFailure.problem('FORCE_FAILED/reason', { reason });
  return { ...problem, details: null };
}
