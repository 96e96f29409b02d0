/** Ending jobs by force: the checks and the writes. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { JobError } from '../../../shared/job.ts';
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

/** The result of ending jobs by force. */
export interface ForceFailed {
  /** The jobs that were ended. */
  ids: string[];
  /** What to kill after the commit. */
  kills: EngineCall<AttemptRef>[];
}

/**
 * Ends a job that has not ended as failed, with its attempt and what depends on it, and has no retry follow. Returns
 * what to kill after the commit, null when nothing of it can be running.
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

/** Ends all active jobs, waiting ones first, so that none of them starts in between. */
export function forceFailAll(tx: Tx, reason: string | undefined, now: number): ForceFailed {
  return forceFailEach(tx, tx.jobs.active(), reason, now);
}

/** Ends those of the jobs that have not ended. */
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
 * That everything is to be ended was confirmed.
 * @throws JobdeckError CONFIRMATION_NEEDED
 */
export function checkConfirmed(rows: Reads, confirm: boolean | undefined): void {
  if (confirm === true) return;
  const count = rows.jobs.active().length;
  const jobs = count === 1 ? '1 job that has' : `${count} jobs that have`;
  throw new JobdeckError(
    'CONFIRMATION_NEEDED',
    `This would force-fail ${jobs} not ended, and kill their processes.`,
    'Say that you mean it with “confirm”: true, or on the command line with --yes.',
  );
}

/** Whether an attempt was ended by force, so that processes it left are to be killed. */
export function wasForceFailed(rows: Reads, { jobId, attempt }: AttemptRef): boolean {
  const row = rows.attempts.find(jobId, attempt);
  return row?.error != null && (JSON.parse(row.error) as JobError).code === 'FORCE_FAILED';
}

function forceFailedError(reason: string | undefined): JobError {
  return {
    code: 'FORCE_FAILED',
    message: reason === undefined ? 'It was ended by force.' : `It was ended by force: ${reason}`,
    hint: 'What it was doing may be half done. Check that, then retry it.',
    details: null,
  };
}
