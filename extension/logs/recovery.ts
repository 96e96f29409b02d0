/** When reading a log is worth trying again after it failed. */
import { setTimeout as pause } from 'node:timers/promises';
import { daemonGone } from '../../shared/client/request.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { isTerminal } from '../../shared/status.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import type { Event } from '../event.ts';
import type { JobsModel } from '../jobsModel.ts';
import type { LogRef } from './logRef.ts';

/** Milliseconds between two tries while nothing tells that anything changed. */
const tryAgain = 300;

export type RecoveryDeps = { access: Pick<DaemonAccess, 'state' | 'onDidChangeState'>; model: JobsModel };

/**
 * Resolves when the daemon is back, or when an attempt that was not there yet may be. Rejects with `error` when it is
 * of another kind, with the signal's reason after an abort.
 */
export async function recover(deps: RecoveryDeps, ref: LogRef, error: unknown, signal: AbortSignal): Promise<void> {
  if (daemonGone(error)) {
    // The feed may not know yet what this request has met.
    await pause(tryAgain, undefined, { signal });
    if (!isLive(deps.access.state)) await next(deps.access.onDidChangeState, isLive, signal);
    return;
  }
  if (!(error instanceof JobdeckError) || !isNotYetThere(deps.model, ref, error)) throw error;
  await pause(tryAgain, undefined, { signal });
}

/** Whether the attempt was asked for before it began; a job asks for its attempt only once it is dispatched. */
function isNotYetThere(model: JobsModel, { jobId, attempt }: LogRef, { code }: JobdeckError): boolean {
  if (code !== 'ATTEMPT_NOT_FOUND' && code !== 'LOG_NOT_FOUND') return false;
  const job = model.get(jobId);
  return job === undefined
    ? code === 'ATTEMPT_NOT_FOUND' && !model.loaded
    : !isTerminal(job.status) && attempt >= job.attempt;
}

/** Resolves with the first event for which `wanted` holds; rejects with the signal's reason. */
export function next<T>(event: Event<T>, wanted: (value: T) => boolean, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      subscription.dispose();
      signal.removeEventListener('abort', abort);
    };
    const abort = () => {
      stop();
      reject(signal.reason);
    };
    const subscription = event((value) => {
      if (!wanted(value)) return;
      stop();
      resolve(value);
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}
