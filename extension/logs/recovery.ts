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

type RecoveryDeps = { access: Pick<DaemonAccess, 'state' | 'onDidChangeState'>; model: JobsModel };

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
  await next(deps.model.onDidChange, ({ changed }) => changed.includes(ref.jobId), signal, tryAgain);
}

/**
 * Whether the attempt was asked for before it began: a job gets its attempt only once it is dispatched, and this window
 * may not even have heard of a job it has just submitted.
 */
function isNotYetThere(model: JobsModel, { jobId, attempt }: LogRef, { code }: JobdeckError): boolean {
  if (code !== 'ATTEMPT_NOT_FOUND' && code !== 'LOG_NOT_FOUND') return false;
  const job = model.get(jobId);
  if (job === undefined) return code === 'ATTEMPT_NOT_FOUND';
  return !isTerminal(job.status) && attempt >= job.attempt;
}

/** Resolves with the first event for which `wanted` holds, or after `limit` ms; rejects with the signal's reason. */
function next<T>(event: Event<T>, wanted: (value: T) => boolean, signal: AbortSignal, limit?: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      subscription.dispose();
      signal.removeEventListener('abort', abort);
      clearTimeout(timer);
      act();
    };
    const abort = () => settle(() => reject(signal.reason));
    const subscription = event((value) => {
      if (wanted(value)) settle(resolve);
    });
    const timer = limit === undefined ? undefined : setTimeout(() => settle(resolve), limit);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}
