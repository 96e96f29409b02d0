/** The life of a job as a state machine: what may follow what. Pure. */
import type { JobError, JobStatus } from '../../../shared/job.ts';
import type { AttemptOutcome } from '../../engines/engine.ts';

/** What can happen to a job. `retry` starts a new attempt; the last five end one, and `retryLater` is followed by another. */
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

/** The status after an event, or null when the event changes nothing in this status. */
export function nextStatus(status: JobStatus, event: LifeEvent): JobStatus | null {
  return moves[status][event] ?? null;
}

/** The status that an attempt ended with: exit code 0 is success even after a cancel that came too late. */
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

/** Why an attempt failed: as its engine says, else by its exit status. */
export function errorOf(outcome: AttemptOutcome): JobError {
  if (outcome.error !== null) return outcome.error;
  const error = { hint: 'Its log says more.', details: null };
  if (outcome.signal !== null) return { ...error, code: 'SIGNAL', message: `${outcome.signal} ended the command.` };
  if (outcome.exitCode !== null) {
    return { ...error, code: 'EXIT_CODE', message: `The command ended with exit code ${outcome.exitCode}.` };
  }
  return { ...error, code: 'NO_EXIT_STATUS', message: 'The command ended without leaving an exit status.' };
}
