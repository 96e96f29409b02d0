/** Cancels and retries jobs in a transaction, individually or as part of a group. */
import type { CancelSignal, Command } from '../../../shared/job.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { CancelCall, CancelHow } from '../engineCalls.ts';
import { timeline } from '../life/timeline.ts';
import { isBeingStopped, refOf, unfinishedAttempt } from '../lookup.ts';
import { firstSteps } from '../steps/steps.ts';
import { defaultTitle } from '../submission/defaults.ts';
import { renewDependencies } from '../waiting/dependencies.ts';
import { noWait, settle } from '../waiting/waiting.ts';
import { markNeverRun } from './attempts.ts';
import { hasEnvironment } from './launch.ts';
import { noteLeftovers } from './leftovers.ts';

/**
 * Cancels an active job, or only sends it a signal. If there is a process to stop, returns the call to make after the
 * commit. A job that was only sent a signal can still be cancelled, and one that is being stopped can be sent another
 * signal.
 */
export function requestCancel(tx: Tx, job: JobRow, { signal, kill }: CancelHow, now: number): CancelCall | null {
  const attempt = unfinishedAttempt(tx, job);
  if (isBeingStopped(job)) return attempt && kill && signal !== null ? sendAlso(tx, job, attempt, signal, now) : null;
  if (!attempt) {
    markNeverRun(tx, job, null, now);
    return null;
  }
  tx.updateJob(job.id, {
    cancelRequestedAt: job.cancelRequestedAt ?? now,
    cancelSignal: kill ? null : signal,
    cancelFirst: kill ? signal : null,
    lastActivityAt: now,
  });
  tx.addEvent(job.id, { ...timeline.cancelRequested(signal), at: now, attempt: attempt.number });
  if (kill) noteLeftovers(tx, job, now);
  // A starting attempt has nothing to stop yet: the cancel is sent to its engine when the start is reported.
  if (attempt.status !== 'running') return null;
  return { engine: job.engine, what: refOf(job, attempt), signal, kill };
}

function sendAlso(tx: Tx, job: JobRow, attempt: AttemptRow, signal: CancelSignal, now: number): CancelCall {
  tx.addEvent(job.id, { ...timeline.cancelRequested(signal), at: now, attempt: attempt.number });
  return { engine: job.engine, what: refOf(job, attempt), signal, kill: true };
}

/** Queues a finished job for another attempt. `command` permanently replaces its command. */
export function requestRetry(tx: Tx, job: JobRow, command: Command | undefined, now: number): void {
  const { id } = job;
  if (command) changeCommand(tx, job, command);
  tx.updateJob(id, {
    status: 'pending',
    ...noWait,
    queuedAt: now,
    lastActivityAt: now,
    startedAt: null,
    endedAt: null,
    held: 0,
    notBefore: null,
    retriesUsed: 0,
    progress: null,
    error: null,
    exitCode: null,
    signal: null,
    cancelRequestedAt: null,
  });
  tx.updateData(id, { steps: firstSteps(tx.jobs.data(id)?.declaredSteps ?? null), result: null });
  tx.addEvent(id, { ...timeline.retried(command), at: now, attempt: null });
  if (lacksEnvironment(tx, job)) tx.addEvent(id, { ...timeline.environmentLost(), at: now, attempt: null });
  renewDependencies(tx, id);
  settle(tx, id, now);
}

/** Whether a job was restored without the environment that it was submitted with. */
function lacksEnvironment(tx: Tx, job: JobRow): boolean {
  return tx.events.hasCode(job.id, 'timeline.restored') && !hasEnvironment(tx, job);
}

/** Replaces the command, and the title if it was derived from the command. */
function changeCommand(tx: Tx, job: JobRow, command: Command): void {
  const old = tx.jobs.data(job.id)?.command;
  if (old && job.title === defaultTitle(JSON.parse(old) as Command))
    tx.updateJob(job.id, { title: defaultTitle(command) });
  tx.updateData(job.id, { command });
}
