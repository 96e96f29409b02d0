/** Which actions apply to a job, and why not. */
import type { Capabilities, Capability, JobStatus } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';

const allowed: Capability = { allowed: true, reason: null };
const refused = (reason: string): Capability => ({ allowed: false, reason });

/** The actions that apply to a job in this state. */
export function capabilities(status: JobStatus, cancelRequested: boolean): Capabilities {
  if (isTerminal(status)) {
    return { cancel: refused(`The job has already ended: it is ${status}.`), retry: allowed, remove: allowed };
  }
  const active = refused(`The job has not ended: it is ${cancelRequested ? 'being cancelled' : status}.`);
  return {
    cancel: cancelRequested ? refused('The job is already being cancelled.') : allowed,
    retry: active,
    remove: active,
  };
}
