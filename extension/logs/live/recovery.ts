/** When reading a log is worth trying again after it failed. */
import { daemonGone } from '../../../shared/client/request.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { LogRef } from '../../base/logRef.ts';
import type { DaemonAccess } from '../../daemon/access.ts';
import { comeback, next } from '../../daemon/comeback.ts';
import type { JobsModel } from '../../daemon/jobsModel.ts';

/** Milliseconds between two tries while nothing tells that anything changed. */
const tryAgain = 300;

type RecoveryDeps = { access: Pick<DaemonAccess, 'state' | 'onDidChangeState'>; model: JobsModel };

/**
 * Resolves when the daemon is back, or when an attempt that was not there yet may be. Rejects with `error` when it is
 * of another kind, with the signal's reason after an abort.
 */
export async function recover(deps: RecoveryDeps, ref: LogRef, error: unknown, signal: AbortSignal): Promise<void> {
  if (daemonGone(error)) return comeback(deps.access, signal);
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
