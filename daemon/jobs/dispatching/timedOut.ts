/** Stops attempts that exceed their timeout. */
import type { AttemptRef } from '../../engines/engine.ts';
import type { Tx } from '../../store/tx.ts';
import { limitOf } from '../attempts/timeLimits.ts';
import type { EngineCall } from '../engineCalls.ts';
import { kindOf } from '../kindOf.ts';
import { timeline } from '../life/timeline.ts';
import { refOf } from '../lookup.ts';
import { endUnreported } from '../reporting/endings.ts';

/**
 * Marks attempts that exceed their timeout, and returns the cancels for their engines. Reported jobs fail at once:
 * nothing can stop them, but their programs are notified.
 */
export function endTimedOut(tx: Tx, now: number): EngineCall<AttemptRef>[] {
  return tx.attempts.timedOut(now).flatMap(({ jobId, ...attempt }): EngineCall<AttemptRef>[] => {
    const job = tx.jobs.find(jobId);
    if (!job) return [];
    tx.updateAttempt(jobId, attempt.number, { timedOutAt: now });
    tx.updateJob(jobId, { lastActivityAt: now });
    if (kindOf(job) === 'reported') endUnreported(tx, job, { ...attempt, timedOutAt: now }, { error: null, at: now });
    else tx.addEvent(jobId, { ...timeline.timedOut(limitOf(attempt)), at: now, attempt: attempt.number });
    return [{ engine: job.engine, what: refOf(job, attempt) }];
  });
}
