/** Makes jobs wait, and queues jobs that have no reason of their own to wait; in a transaction. */
import type { Message } from '../../../shared/messages/schema.ts';
import { waitDetail } from '../../../shared/messages/waits.ts';
import { isTerminal } from '../../../shared/status.ts';
import { encode } from '../../store/columns.ts';
import type { DependencyRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { cut } from '../../store/values.ts';
import { kindOf } from '../kindOf.ts';
import { nextStatus } from '../life/life.ts';
import type { Wait } from '../ports.ts';
import { pausedWait } from './pausedQueue.ts';
import { slotWait } from './slots.ts';

/** The fields of a job that waits for nothing. */
export const noWait = { waitReason: null, waitUntil: null, waitDetail: null } as const;

/** Reasons that come from the queue, not from the job. */
const ofQueues: ReadonlySet<JobRow['waitReason']> = new Set(['queueFull', 'rateLimit', 'queuePaused']);

/**
 * The job's own reason for not being queued; null if there is none. A hold comes first, because only a user can end it.
 * `tries` is the number of retries that the job's policy allows.
 */
function ownWait(
  { held, notBefore, retriesUsed }: Pick<JobRow, 'held' | 'notBefore' | 'retriesUsed'>,
  unmet: readonly Pick<DependencyRow, 'onId' | 'title'>[],
  tries: number | null,
  now: number,
): Wait | null {
  if (held === 1) return { reason: 'hold', until: null, detail: null };
  if (unmet.length > 0) return { reason: 'dependency', until: null, detail: namesOf(unmet) };
  if (notBefore === null || notBefore <= now) return null;
  if (retriesUsed === 0) return { reason: 'delay', until: notBefore, detail: null };
  return {
    reason: 'retryBackoff',
    until: notBefore,
    detail: tries === null ? null : waitDetail('wait.retry', { retry: retriesUsed, of: tries }),
  };
}

/** The title of the first job, and the number of the others. */
function namesOf([first, ...more]: readonly Pick<DependencyRow, 'onId' | 'title'>[]): Message {
  const job = cut(first?.title ?? first?.onId ?? '', 60);
  return more.length === 0 ? waitDetail('wait.job', { job }) : waitDetail('wait.jobs', { job, count: more.length });
}

/**
 * Makes a job without an unfinished attempt wait for its own reason or for a slot of its group, or queues it. Slots are
 * given out at the end of the write.
 */
export function settle(tx: Tx, id: string, now: number): void {
  const job = tx.jobs.find(id);
  if (!job || kindOf(job) === 'group' || isTerminal(job.status)) return;
  const unmet = tx.dependencies.of(id).filter(({ met }) => met === 0);
  const tries = job.retriesUsed === 0 ? null : (tx.jobs.retryPolicy(id)?.attempts ?? null);
  const wait = ownWait(job, unmet, tries, now);
  const isQueued = job.status === 'waiting' && ofQueues.has(job.waitReason);
  const or = wait ?? (isQueued ? null : (slotWait(tx, job) ?? pausedWait(tx, job)));
  if (or) setWait(tx, job, or);
  else if (job.status === 'waiting' && !isQueued) {
    tx.updateJob(id, { status: nextStatus(job.status, 'release') ?? job.status, ...noWait });
  }
}

/** Sets what a job waits for. Writes nothing when that is unchanged. */
export function setWait(tx: Tx, job: JobRow, { reason, until, detail }: Wait): void {
  const waits = job.status === 'waiting';
  const isSame =
    job.waitReason === reason && job.waitUntil === until && job.waitDetail === encode('waitDetail', detail);
  if (waits && isSame) return;
  const status = waits ? job.status : nextStatus(job.status, 'hold');
  if (status === null) return;
  tx.updateJob(job.id, { status, waitReason: reason, waitUntil: until, waitDetail: detail });
}
