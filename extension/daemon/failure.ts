/** Turns thrown values into errors that can be shown. */

import { JobdeckError } from '../../shared/errors.ts';
import { accessProblem } from '../../shared/messages/daemonAccess.ts';

/** Returns expected errors as they are. Anything else becomes an `INTERNAL` error with the original as its cause. */
export function toJobdeckError(error: unknown): JobdeckError {
  if (error instanceof JobdeckError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const defect = accessProblem('INTERNAL/client', { reason });
  defect.cause = error;
  return defect;
}

/** Whether an error may go away without user action. */
export function isPassing(error: JobdeckError): boolean {
  return error.code === 'DAEMON_UNREACHABLE' || error.code === 'DAEMON_ALREADY_RUNNING';
}
