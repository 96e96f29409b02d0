/** Putting jobs to wait, in a transaction. */
import type { JobRow } from '../store/rows.ts';
import type { Tx } from '../store/tx.ts';
import { nextStatus } from './life.ts';
import type { Wait } from './ports.ts';

/** What a job has that waits for nothing. */
export const noWait = { waitReason: null, waitUntil: null, waitDetail: null } as const;

/** The job waits for this from now on. Writes nothing when it already does. */
export function putToWait(tx: Tx, job: JobRow, { reason, until, detail }: Wait): void {
  const waits = job.status === 'waiting';
  if (waits && job.waitReason === reason && job.waitUntil === until && job.waitDetail === detail) return;
  const status = waits ? job.status : nextStatus(job.status, 'hold');
  if (status === null) return;
  tx.updateJob(job.id, { status, waitReason: reason, waitUntil: until, waitDetail: detail });
}
