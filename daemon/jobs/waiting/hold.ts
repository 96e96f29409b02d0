/** Holds and releases jobs, in a transaction. */
import { jobProblem } from '../../../shared/messages/jobCommands.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { timeline } from '../life/timeline.ts';
import { notEnded, unfinishedAttempt } from '../lookup.ts';
import { settle } from './waiting.ts';

/**
 * Holds or releases a job that has not started. Does nothing if that has already happened.
 * @throws JobdeckError JOB_ALREADY_ENDED, JOB_ALREADY_STARTED
 */
export function setHeld(tx: Tx, job: JobRow, held: boolean, now: number): void {
  if (unfinishedAttempt(tx, notEnded(job))) throw jobProblem('JOB_ALREADY_STARTED');
  if ((job.held === 1) === held) return;
  tx.updateJob(job.id, { held: held ? 1 : 0, lastActivityAt: now });
  tx.addEvent(job.id, { ...(held ? timeline.held() : timeline.released()), at: now, attempt: null });
  settle(tx, job.id, now);
}
