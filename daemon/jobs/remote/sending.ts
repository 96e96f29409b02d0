/**
 * Jobs that are being sent to an engine, in a transaction: written before they are sent, then known by the engine's ID.
 */
import type { RemoteEngineName } from '../../../shared/connection.ts';
import type { JobError } from '../../../shared/job.ts';
import { remoteFailure, uncertainReason } from '../../../shared/messages/remoteJobs.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import type { Fact } from '../../engines/remote.ts';
import type { Tx } from '../../store/tx.ts';
import { timeline } from '../life/timeline.ts';
import { noWait } from '../waiting/waiting.ts';
import { bounded, columnsOf } from './fields.ts';

export interface NewSent {
  id: string;
  name: string;
  engine: RemoteEngineName;
  /** If the client chooses it. */
  externalId: string | null;
  fact: Omit<Fact, 'externalId' | 'source' | 'at'>;
  createdBy: string | null;
  now: number;
}

/** Inserts a job that is about to be sent. It is `pending` until its engine has it. */
export function insertSent(tx: Tx, { id, name, engine, externalId, fact, createdBy, now }: NewSent): void {
  const first = {
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
      title: first.title,
      type: first.type,
      queue: first.queue,
      priority: 'normal',
      ...columnsOf(first, null),
      id,
      status: 'pending',
      trigger: 'manual',
      engine,
      connection: name,
      externalId,
      createdBy,
      createdAt: now,
      queuedAt: now,
      lastActivityAt: now,
    },
    { ...(input === undefined ? {} : { input: bounded('input', input) }), ...(metadata ? { metadata } : {}) },
  );
  if (externalId !== null) tx.putRemoteId(name, externalId, { jobId: id, base: 0 });
  tx.addEvent(id, { ...timeline.submitted(null), at: now, attempt: null });
}

/** Records that the engine has the job. Facts about it may have arrived earlier. */
export function markSent(tx: Tx, connection: string, id: string, externalId: string, now: number): void {
  const job = tx.jobs.find(id);
  if (!job) return;
  tx.putRemoteId(connection, externalId, { jobId: id, base: 0 });
  if (job.externalId !== externalId) tx.updateJob(id, { externalId });
  tx.addEvent(id, { ...timeline.sent(connection), at: now, attempt: null });
  if (job.status === 'pending') tx.updateJob(id, { status: 'waiting', ...noWait, waitReason: 'remoteWorker' });
}

/** Records that a finished job was sent again: it is now known by this ID, and facts are about its next attempt. */
export function markResent(tx: Tx, connection: string, id: string, externalId: string, now: number): void {
  const job = tx.jobs.find(id);
  if (!job) return;
  tx.putRemoteId(connection, externalId, { jobId: id, base: job.attempt });
  tx.updateJob(id, {
    externalId,
    status: 'waiting',
    ...noWait,
    waitReason: 'remoteWorker',
    worker: null,
    queuedAt: now,
    startedAt: null,
    endedAt: null,
    error: null,
    progress: null,
    cancelRequestedAt: null,
    lastActivityAt: now,
  });
  tx.updateData(id, { steps: null, result: null });
  tx.addEvent(id, { ...timeline.sentAgain(externalId), at: now, attempt: null });
}

/** Marks a job that may not have arrived as lost. Any fact about it continues it. */
export function markUncertain(tx: Tx, id: string, reason: Message, now: number): void {
  const job = tx.jobs.find(id);
  if (job?.status !== 'pending') return;
  const error: JobError = { ...remoteFailure.problem('SUBMIT_UNCERTAIN', { reason }), details: null };
  tx.updateJob(id, { status: 'lost', error, endedAt: now, lastActivityAt: now });
  tx.addEvent(id, { ...timeline.lost(error), at: now, attempt: null });
}

/** Marks all jobs that an earlier daemon was sending when it stopped. */
export function markAllUncertain(tx: Tx, now: number): void {
  for (const id of tx.remote.pending()) markUncertain(tx, id, uncertainReason('remote.stoppedWhileSending'), now);
}
