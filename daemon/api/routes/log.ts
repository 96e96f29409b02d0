/** `GET /v1/jobs/:id/attempts/:n/log`: returns bytes of a log, and can wait for new ones. */
import type { EventEmitter } from 'node:events';
import { JobdeckError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import { requestProblem } from '../../../shared/messages/requests.ts';
import { LogQuery, logHeaders } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import { type Clock, wait } from '../../clock.ts';
import type { LogFiles } from '../../jobs/ports.ts';
import { type LogSlice, readLog, waitForGrowth } from '../../logs/reader.ts';
import type { StoreReads } from '../../store/ports.ts';
import type { Router } from '../router.ts';
import { AttemptParams, failures, RawBytes } from '../schemas.ts';

/** Milliseconds in which output collects before a waiting request is answered, so that a busy log needs few requests. */
const collectMs = 25;

type AttemptReads = Pick<StoreReads, 'job' | 'detail'>;

export interface LogRouteDeps {
  store: AttemptReads & Pick<StoreReads, 'onCommit'>;
  logs: Pick<LogFiles, 'path' | 'size'>;
  clock: Clock;
  /** Aborted when the daemon begins to stop; waiting requests are answered then. */
  stopping: AbortSignal;
}

interface Wanted {
  id: string;
  attempt: number;
  /** First byte; negative counts from the end. */
  offset: number;
  limit: number;
}

export function logRoute(router: Router, deps: LogRouteDeps): void {
  const schema = { params: AttemptParams, querystring: LogQuery, response: { 200: RawBytes, ...failures } };
  const config = { produces: 'application/octet-stream' };
  router.get('/v1/jobs/:id/attempts/:n/log', { schema, config }, async ({ params, query }, reply) => {
    const { offset = 0, limit = 0, wait: timeoutMs = 0 } = query;
    const wanted = { id: params.id, attempt: params.n, offset, limit };
    if (timeoutMs > 0) await waitForOutput(deps, wanted, timeoutMs, reply.raw);
    const { slice, ended } = await read(deps, wanted);
    return reply
      .type('application/octet-stream')
      .header(logHeaders.offset, slice.offset)
      .header(logHeaders.size, slice.size)
      .header(logHeaders.ended, ended ? '1' : '0')
      .send(slice.bytes);
  });
}

/** Reads the bytes. `ended` means that no more can follow. */
async function read({ store, logs }: LogRouteDeps, wanted: Wanted): Promise<{ slice: LogSlice; ended: boolean }> {
  // Check this before the size: an attempt that has ended has written all of its output.
  const { hasEnded, hasStarted } = attemptState(store, wanted);
  const slice = await readLog(logs.path(wanted.id, wanted.attempt), wanted).catch((error: unknown) => {
    const early = error instanceof JobdeckError && error.code === 'LOG_NOT_FOUND' && !hasStarted;
    if (early) return { offset: 0, size: 0, bytes: Buffer.alloc(0) };
    throw error;
  });
  return { slice, ended: hasEnded && slice.offset + slice.bytes.length >= slice.size };
}

/**
 * Resolves when there are bytes beyond the offset, the attempt has ended, the client has disconnected, the daemon stops,
 * or `timeoutMs` has passed.
 */
async function waitForOutput(
  { store, logs, clock, stopping }: LogRouteDeps,
  wanted: Wanted,
  timeoutMs: number,
  client: EventEmitter,
): Promise<void> {
  const { hasEnded, hasStarted } = attemptState(store, wanted);
  const size = logs.size(wanted.id, wanted.attempt);
  const from = wanted.offset < 0 ? Math.max(0, (size ?? 0) + wanted.offset) : wanted.offset;
  const isMissing = size === null && hasStarted;
  if (hasEnded || isMissing || stopping.aborted || (size ?? 0) - from >= wanted.limit) return;

  const over = new AbortController();
  const giveUp = () => over.abort();
  const stopListening = store.onCommit(({ changed, removed }) => {
    if ([...changed, ...removed].includes(wanted.id) && hasEndedOrGone(store, wanted)) giveUp();
  });
  client.once('close', giveUp);
  stopping.addEventListener('abort', giveUp);
  try {
    const path = logs.path(wanted.id, wanted.attempt);
    await waitForGrowth(path, from, { timeoutMs, signal: over.signal });
    await wait(collectMs, clock, over.signal);
  } finally {
    stopListening();
    client.off('close', giveUp);
    stopping.removeEventListener('abort', giveUp);
  }
}

/** @throws JobdeckError JOB_NOT_FOUND, ATTEMPT_NOT_FOUND */
function attemptState(store: AttemptReads, { id, attempt }: Wanted) {
  const job = store.job(id);
  if (job === null) throw requestProblem('JOB_NOT_FOUND', { id });
  if (attempt > job.attempt) {
    throw job.attempt === 0
      ? requestProblem('ATTEMPT_NOT_FOUND/beforeStart', { id, attempt })
      : requestProblem('ATTEMPT_NOT_FOUND', { id, attempt, latest: job.attempt });
  }
  return stateOf(store, job, attempt);
}

function hasEndedOrGone(store: AttemptReads, { id, attempt }: Wanted): boolean {
  const job = store.job(id);
  return job === null || stateOf(store, job, attempt).hasEnded;
}

/** Only the latest attempt of a job can be active. */
function stateOf(store: AttemptReads, job: Job, attempt: number): { hasEnded: boolean; hasStarted: boolean } {
  const hasEnded = attempt < job.attempt || isTerminal(job.status) || isBeforeNext(store, job);
  return { hasEnded, hasStarted: hasEnded || job.startedAt !== null };
}

/** Whether a retry was requested and its attempt has not started. */
function isBeforeNext(store: AttemptReads, job: Job): boolean {
  if (job.status === 'running') return false;
  const latest = store.detail(job.id)?.attempts.at(-1);
  return latest !== undefined && latest.endedAt !== null;
}
