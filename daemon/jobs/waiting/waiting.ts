/** Putting jobs to wait, and into line when nothing of their own keeps them any more; in a transaction. */
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
import { placeWait } from './slots.ts';

/** What a job has that waits for nothing. */
export const noWait = { waitReason: null, waitUntil: null, waitDetail: null } as const;

/** Reasons that lie in the queue and not in the job. */
const ofQueues: ReadonlySet<JobRow['waitReason']> = new Set(['queueFull', 'rateLimit', 'queuePaused']);

/** What of its own keeps a job from standing in line; null when nothing does. A hold comes first: only people
 * end it. `tries` is how often its policy retries it. */
export function obstacle(
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

/** The first of some jobs by name, and how many more there are. */
function namesOf([first, ...more]: readonly Pick<DependencyRow, 'onId' | 'title'>[]): Message {
  const job = cut(first?.title ?? first?.onId ?? '', 60);
  return more.length === 0 ? waitDetail('wait.job', { job }) : waitDetail('wait.jobs', { job, count: more.length });
}

/**
 * Has a job none of whose attempts is on its way wait for its own obstacle, or for a place of its group, or stand in
 * line. Who gets a place is decided at the end of the write.
 */
export function settle(tx: Tx, id: string, now: number): void {
  const job = tx.jobs.find(id);
  if (!job || kindOf(job) === 'group' || isTerminal(job.status)) return;
  const unmet = tx.dependencies.of(id).filter(({ met }) => met === 0);
  const tries = job.retriesUsed === 0 ? null : (tx.jobs.retryPolicy(id)?.attempts ?? null);
  const wait = obstacle(job, unmet, tries, now);
  const standsInLine = job.status === 'waiting' && ofQueues.has(job.waitReason);
  const or = wait ?? (standsInLine ? null : placeWait(tx, job));
  if (or) putToWait(tx, job, or);
  else if (job.status === 'waiting' && !standsInLine) {
    tx.updateJob(id, { status: nextStatus(job.status, 'release') ?? job.status, ...noWait });
  }
}

/** The job waits for this from now on. Writes nothing when it already does. */
export function putToWait(tx: Tx, job: JobRow, { reason, until, detail }: Wait): void {
  const waits = job.status === 'waiting';
  const isSame =
    job.waitReason === reason && job.waitUntil === until && job.waitDetail === encode('waitDetail', detail);
  if (waits && isSame) return;
  const status = waits ? job.status : nextStatus(job.status, 'hold');
  if (status === null) return;
  tx.updateJob(job.id, { status, waitReason: reason, waitUntil: until, waitDetail: detail });
}
