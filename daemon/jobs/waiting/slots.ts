/**
 * The slots of a group that limits how many of its jobs are queued or running at the same time. A job that waits for
 * nothing else waits for a slot; at the end of each write free slots are given out in the order of queueing.
 */
import { waitDetail } from '../../../shared/messages/waits.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { nextStatus } from '../life/life.ts';
import type { Wait } from '../ports.ts';
import { pausedWait } from './pausedQueue.ts';

/** What a job waits for until its group has a slot for it; null when the group has no limit. */
export function slotWait(rows: Reads, { parentId }: Pick<JobRow, 'parentId'>): Wait | null {
  const limit = parentId === null ? null : (rows.groups.limit(parentId)?.groupConcurrency ?? null);
  return limit === null ? null : { reason: 'groupFull', until: null, detail: detailOf(limit) };
}

/** The fields of a job that waits for a slot of a group with this limit. */
export function waitingForSlot(limit: number) {
  return { status: 'waiting', waitReason: 'groupFull', waitUntil: null, waitDetail: detailOf(limit) } as const;
}

const detailOf = (limit: number) => waitDetail('wait.places', { taken: limit, limit });

/** Queues as many jobs of a group as it has free slots; none while it is being cancelled. */
export function fillSlots(tx: Tx, groupId: string): void {
  const limit = tx.groups.limit(groupId);
  if (limit === null || limit.groupConcurrency === null || limit.cancelling === 1) return;
  // Skips counting the taken slots, of which there may be thousands, if no job waits.
  if (tx.groups.waitingForSlot(groupId, 1).length === 0) return;
  const free = limit.groupConcurrency - tx.groups.slotsTaken(groupId, limit.groupConcurrency);
  if (free <= 0) return;
  for (const id of tx.groups.waitingForSlot(groupId, free)) {
    const job = tx.jobs.find(id);
    const paused = job && pausedWait(tx, job);
    const status = nextStatus('waiting', 'release');
    if (paused) tx.updateJob(id, { waitReason: paused.reason, waitUntil: null, waitDetail: null });
    else if (status) tx.updateJob(id, { status, waitReason: null, waitUntil: null, waitDetail: null });
  }
}

/** Changes the number of slots of a group, and the wait details of its waiting jobs. */
export function setGroupConcurrency(tx: Tx, groupId: string, groupConcurrency: number): void {
  if (tx.groups.limit(groupId)?.groupConcurrency === groupConcurrency) return;
  tx.updateJob(groupId, { groupConcurrency });
  for (const id of tx.groups.waitingForSlot(groupId, -1)) tx.updateJob(id, { waitDetail: detailOf(groupConcurrency) });
}
