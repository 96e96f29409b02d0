/** The life of a job as a state machine. Pure. */
import type { JobError, JobStatus } from '../../../shared/job.ts';
import { jobFailure } from '../../../shared/messages/jobFailures.ts';
import type { AttemptOutcome } from '../../engines/engine.ts';

/**
 * Events in the life of a job. `retry` starts a new attempt; the last five end one, and another follows `retryLater`.
 */
export type LifeEvent = 'hold' | 'release' | 'start' | 'retry' | 'retryLater' | 'complete' | 'fail' | 'cancel' | 'lose';

/** How an attempt ended. */
export type Outcome = 'completed' | 'failed' | 'cancelled';

const again = { retry: 'pending' } as const;

/** The end of an attempt may be reported before its start, so `pending` leads to every outcome too. */
const moves: Record<JobStatus, Partial<Record<LifeEvent, JobStatus>>> = {
  pending: {
    hold: 'waiting',
    start: 'running',
    retryLater: 'waiting',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    lose: 'lost',
  },
  waiting: { release: 'pending', fail: 'failed', cancel: 'cancelled' },
  running: { retryLater: 'waiting', complete: 'completed', fail: 'failed', cancel: 'cancelled', lose: 'lost' },
  completed: again,
  failed: again,
  cancelled: again,
  lost: again,
};

/** The status after an event; null if the event changes nothing in this status. */
export function nextStatus(status: JobStatus, event: LifeEvent): JobStatus | null {
  return moves[status][event] ?? null;
}

/** The status that an attempt ended with. Exit code 0 is success, even after a cancel that came too late. */
export function outcomeOf(
  { exitCode, status }: Pick<AttemptOutcome, 'exitCode' | 'status'>,
  cancelRequested: boolean,
): Outcome {
  if (status !== undefined) return status;
  if (exitCode === 0) return 'completed';
  return cancelRequested ? 'cancelled' : 'failed';
}

/** The event for an outcome. */
export const eventOf: Record<Outcome, LifeEvent> = { completed: 'complete', failed: 'fail', cancelled: 'cancel' };

/** Why an attempt failed: as its engine reports, else by its exit status. */
export function errorOf({ error, signal, exitCode }: AttemptOutcome): JobError {
  if (error !== null) return error;
  if (signal !== null) return { ...jobFailure.problem('SIGNAL/plain', { signal }), details: null };
  if (exitCode !== null) return { ...jobFailure.problem('EXIT_CODE/plain', { exitCode }), details: null };
  return { ...jobFailure.problem('NO_EXIT_STATUS/plain'), details: null };
}
