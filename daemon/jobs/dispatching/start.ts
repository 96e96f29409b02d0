/** Starts jobs, in a transaction. */
import { waitReason } from '../../../shared/messages/waits.ts';
import type { Launch } from '../../engines/engine.ts';
import type { JobRow } from '../../store/rows.ts';
import type { QueueRow } from '../../store/tables/queues.ts';
import type { Tx } from '../../store/tx.ts';
import { addAttempt } from '../attempts/attempts.ts';
import type { EngineCall } from '../engineCalls.ts';
import { checkNotCancelling } from '../groups/membership.ts';
import { checkAllowed, startRule, startsAfter } from '../kinds/capability.ts';
import { timeline } from '../life/timeline.ts';
import { notEnded, unfinishedAttempt } from '../lookup.ts';
import { existingQueue } from '../queues/queue.ts';

/** Commits the job's next attempt, which counts for the rate limit of its queue. Returns the call that launches it. */
export function start(tx: Tx, job: JobRow, queue: QueueRow, now: number): EngineCall<Launch> {
  if (queue.ratePeriodMs !== null) {
    tx.forgetStarts(queue.name, now - queue.ratePeriodMs, now);
    tx.noteStart(queue.name, now);
  }
  return { engine: job.engine, what: addAttempt(tx, job, now) };
}

/**
 * Starts a job whatever it waits for, except for other jobs: a hold, a start time, the delay of a retry, and the limits of
 * its queue and group are ignored, but not changed. Returns null if it has started.
 * @throws JobdeckError JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE, UNKNOWN_QUEUE, JOB_STILL_ACTIVE for a group that is being
 * cancelled
 */
export function startNow(tx: Tx, job: JobRow, now: number): EngineCall<Launch> | null {
  if (notEnded(job).status === 'running' || unfinishedAttempt(tx, job)) return null;
  checkAllowed(startRule(job));
  // A job on hold may have to wait for other jobs as well.
  if (tx.dependencies.of(job.id).some(({ met }) => met === 0)) checkAllowed(startsAfter);
  if (job.parentId !== null) checkNotCancelling(tx.jobs.find(job.parentId));
  const queue = existingQueue(tx, job.queue);
  const wait = job.waitReason === null ? null : waitReason(`waitReason.${job.waitReason}`);
  tx.updateJob(job.id, { held: 0, notBefore: null });
  tx.addEvent(job.id, { ...timeline.startedNow(wait), at: now, attempt: null });
  return start(tx, { ...job, held: 0, notBefore: null }, queue, now);
}
