/** What is thrown, as an error people can be shown. */

import { JobdeckError } from '../../shared/errors.ts';
import { accessProblem } from '../../shared/messages/daemonAccess.ts';

/** The error itself when it is an expected one, else an `INTERNAL` one with what it said and the defect as its cause. */
export function toJobdeckError(error: unknown): JobdeckError {
  if (error instanceof JobdeckError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const defect = accessProblem('INTERNAL/client', { reason });
  defect.cause = error;
  return defect;
}

/** Start errors that go away by themselves; anything else stays until somebody changes something. */
export function isPassing(error: JobdeckError): boolean {
  return error.code === 'DAEMON_UNREACHABLE' || error.code === 'DAEMON_ALREADY_RUNNING';
}
