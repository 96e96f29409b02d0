/** Decides when to retry reading a log after an error. */
import { daemonGone } from '../../../shared/client/request.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { LogRef } from '../../base/logRef.ts';
import type { DaemonAccess } from '../../daemon/access.ts';
import type { JobsModel } from '../../daemon/jobsModel.ts';
import { nextEvent, untilReconnected } from '../../daemon/reconnect.ts';

/** Milliseconds between two tries if no event arrives. */
const retryInterval = 300;

type RecoveryDeps = { access: Pick<DaemonAccess, 'state' | 'onDidChangeState'>; model: JobsModel };

/**
 * Resolves when the daemon is back, or when an attempt that didn't exist yet may exist. Rejects with `error` if it is
 * of another kind, and with the signal's reason after an abort.
 */
export async function recover(deps: RecoveryDeps, ref: LogRef, error: unknown, signal: AbortSignal): Promise<void> {
  if (daemonGone(error)) return untilReconnected(deps.access, signal);
  if (!(error instanceof JobdeckError) || !mayStillAppear(deps.model, ref, error)) throw error;
  await nextEvent(deps.model.onDidChange, ({ changed }) => changed.includes(ref.jobId), signal, retryInterval);
}

/**
 * Whether the attempt was requested before it started: a job gets an attempt when it is dispatched, and the window may
 * not know a job yet that it just submitted.
 */
function mayStillAppear(model: JobsModel, { jobId, attempt }: LogRef, { code }: JobdeckError): boolean {
  if (code !== 'ATTEMPT_NOT_FOUND' && code !== 'LOG_NOT_FOUND') return false;
  const job = model.get(jobId);
  if (job === undefined) return code === 'ATTEMPT_NOT_FOUND';
  return !isTerminal(job.status) && attempt >= job.attempt;
}
