/** What jobs in a paused queue wait for. */
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Wait } from '../ports.ts';

/**
 * What a job waits for because its queue is paused; null if it is not. Written together with the change that queues the
 * job, so that it isn't pending until the next round.
 */
export function pausedWait(rows: Reads, { queue }: Pick<JobRow, 'queue'>): Wait | null {
  return rows.queues.find(queue)?.paused === 1 ? { reason: 'queuePaused', until: null, detail: null } : null;
}
