/** Jobs on their way to an engine, in a transaction: written before they are sent, then known by the engine's ID. */
import type { RemoteEngineName } from '../../../shared/connection.ts';
import type { JobError } from '../../../shared/job.ts';
import type { Fact } from '../../engines/remote.ts';
import type { Tx } from '../../store/tx.ts';
import { timeline } from '../life/timeline.ts';
import { noWait } from '../waiting/waiting.ts';
import { bounded, columnsOf } from './fields.ts';

export interface NewSent {
  id: string;
  name: string;
  engine: RemoteEngineName;
  /** Where the client chooses it. */
  externalId: string | null;
  fact: Omit<Fact, 'externalId' | 'source' | 'at'>;
  createdBy: string | null;
  now: number;
}

/** A job that is about to be sent: `pending` until its engine has it. */
export function insertSent(tx: Tx, { id, name, engine, externalId, fact, createdBy, now }: NewSent): void {
  const told = {
    title: fact.type ?? engine,
    type: engine,
    queue: name,
    ...fact,
    externalId: '',
    source: 'probe',
    at: now,
  } as const;
  const { input, metadata } = fact;
  tx.insertJob(
    {
      ...{ title: told.title, type: told.type, queue: told.queue, priority: 'normal' },
      ...columnsOf(told, null),
      ...{ id, status: 'pending', trigger: 'manual', engine, connection: name, externalId, createdBy },
      ...{ createdAt: now, queuedAt: now, lastActivityAt: now },
    },
    { ...(input === undefined ? {} : { input: bounded('input', input) }), ...(metadata ? { metadata } : {}) },
  );
  if (externalId !== null) tx.putRemoteId(name, externalId, { jobId: id, base: 0 });
  tx.addEvent(id, { ...timeline.submitted(null), at: now, attempt: null });
}

/** The engine has the job. Facts about it may have arrived earlier. */
export function markSent(tx: Tx, connection: string, id: string, externalId: string, now: number): void {
  const job = tx.jobs.find(id);
  if (!job) return;
  tx.putRemoteId(connection, externalId, { jobId: id, base: 0 });
  if (job.externalId !== externalId) tx.updateJob(id, { externalId });
  tx.addEvent(id, { ...timeline.sent(connection), at: now, attempt: null });
  if (job.status === 'pending') tx.updateJob(id, { status: 'waiting', ...noWait, waitReason: 'remoteWorker' });
}

/** An ended job was sent again: from now on it is known by this ID, and facts are about its next attempt. */
export function markResent(tx: Tx, connection: string, id: string, externalId: string, now: number): void {
  const job = tx.jobs.find(id);
  if (!job) return;
  tx.putRemoteId(connection, externalId, { jobId: id, base: job.attempt });
  tx.updateJob(id, {
    ...{ externalId, status: 'waiting', ...noWait, waitReason: 'remoteWorker', worker: null },
    ...{ queuedAt: now, startedAt: null, endedAt: null, error: null, progress: null, cancelRequestedAt: null },
    lastActivityAt: now,
  });
  tx.updateData(id, { steps: null, result: null });
  tx.addEvent(id, { ...timeline.sentAgain(externalId), at: now, attempt: null });
}

/** The job may have arrived or not. Any fact about it continues it. */
export function markUncertain(tx: Tx, id: string, why: string, now: number): void {
  const job = tx.jobs.find(id);
  if (job?.status !== 'pending') return;
  const error: JobError = {
    code: 'SUBMIT_UNCERTAIN',
    message: `It is not known whether it arrived: ${why}`,
    hint: 'Look at the engine before you submit it again. If it runs, it will be seen here.',
    details: null,
  };
  tx.updateJob(id, { status: 'lost', error, endedAt: now, lastActivityAt: now });
  tx.addEvent(id, { ...timeline.lost(error.message), at: now, attempt: null });
}

/** Marks all jobs that an earlier daemon was sending. */
export function markAllUncertain(tx: Tx, now: number): void {
  for (const id of tx.remote.pending()) markUncertain(tx, id, 'Jobdeck stopped while it was being sent.', now);
}
