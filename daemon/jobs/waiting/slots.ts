/**
 * The places of a group that lets only so many of its jobs be in line or run at a time. A job that nothing else keeps
 * waits for one; at the end of each write free places go to those that wait, in the order of queueing.
 */
import { waitDetail } from '../../../shared/messages/waits.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { nextStatus } from '../life/life.ts';
import type { Wait } from '../ports.ts';

/** What a job waits for while its group has no place for it; null when its group has no limit. */
export function placeWait(rows: Reads, { parentId }: Pick<JobRow, 'parentId'>): Wait | null {
  const limit = parentId === null ? null : (rows.groups.limit(parentId)?.groupConcurrency ?? null);
  return limit === null ? null : { reason: 'groupFull', until: null, detail: detailOf(limit) };
}

/** What a job has that waits for a place of a group with this limit. */
export function waitingForPlace(limit: number) {
  return { status: 'waiting', waitReason: 'groupFull', waitUntil: null, waitDetail: detailOf(limit) } as const;
}

const detailOf = (limit: number) => waitDetail('wait.places', { taken: limit, limit });

/** Has as many of a group's jobs stand in line as it has free places. None while it is being cancelled. */
export function fillPlaces(tx: Tx, groupId: string): void {
  const limit = tx.groups.limit(groupId);
  if (limit === null || limit.groupConcurrency === null || limit.cancelling === 1) return;
  // Where none waits for a place, those taken need not be counted, of which there may be thousands.
  if (tx.groups.waitingForSlot(groupId, 1).length === 0) return;
  const free = limit.groupConcurrency - tx.groups.slotsTaken(groupId, limit.groupConcurrency);
  if (free <= 0) return;
  for (const id of tx.groups.waitingForSlot(groupId, free)) {
    const status = nextStatus('waiting', 'release');
    if (status) tx.updateJob(id, { status, waitReason: null, waitUntil: null, waitDetail: null });
  }
}

/** Changes how many jobs of a group may be in line or run; those that wait say so. */
export function setPlaces(tx: Tx, groupId: string, groupConcurrency: number): void {
  if (tx.groups.limit(groupId)?.groupConcurrency === groupConcurrency) return;
  tx.updateJob(groupId, { groupConcurrency });
  for (const id of tx.groups.waitingForSlot(groupId, -1)) tx.updateJob(id, { waitDetail: detailOf(groupConcurrency) });
}
