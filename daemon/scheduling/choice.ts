/** Which of the pending jobs start now. */
import type { Priority } from '../../shared/job.ts';
import type { PendingJob } from '../jobs/ports.ts';

const rank: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 };

/** The jobs to start, in this order: by priority, first in first out inside one. `pending` is in the order of queueing. */
export function mayStart(pending: readonly PendingJob[]): PendingJob[] {
  return pending.toSorted((a, b) => rank[a.priority] - rank[b.priority]);
}
