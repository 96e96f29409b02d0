/** Changes the priority of jobs, in a transaction. */
import type { Priority } from '../../../shared/job.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { checkAllowed, priorityRule } from '../kinds/capability.ts';
import { timeline } from '../life/timeline.ts';
import { notEnded, unfinishedAttempt } from '../lookup.ts';

/**
 * Moves a job that has not started behind the jobs in its queue that have this priority and were queued before it. Does
 * nothing if it has this priority.
 * @throws JobdeckError JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE
 */
export function setPriority(tx: Tx, job: JobRow, priority: Priority, now: number): void {
  checkAllowed(priorityRule(unfinishedAttempt(tx, notEnded(job)) ? { ...job, status: 'running' } : job));
  if (job.priority === priority) return;
  tx.updateJob(job.id, { priority, lastActivityAt: now });
  tx.addEvent(job.id, { ...timeline.priority(priority), at: now, attempt: null });
}
