/** Holding a job that has not started, and releasing it; in a transaction. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { timeline } from '../life/timeline.ts';
import { notEnded, unfinishedAttempt } from '../lookup.ts';
import { settle } from './waiting.ts';

/**
 * Holds a job or releases it; nothing when it already is as wanted.
 * @throws JobdeckError JOB_ALREADY_ENDED, JOB_ALREADY_STARTED
 */
export function setHeld(tx: Tx, job: JobRow, held: boolean, now: number): void {
  if (unfinishedAttempt(tx, notEnded(job))) {
    const hint = 'Cancel it, then retry it.';
    throw new JobdeckError('JOB_ALREADY_STARTED', `The job ${job.id} has already started.`, hint);
  }
  if ((job.held === 1) === held) return;
  tx.updateJob(job.id, { held: held ? 1 : 0, lastActivityAt: now });
  tx.addEvent(job.id, { ...(held ? timeline.held() : timeline.released()), at: now, attempt: null });
  settle(tx, job.id, now);
}
