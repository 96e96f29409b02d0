/** Which actions apply to a job, and why not. */
import type { Capabilities, Capability, JobStatus } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';

const allowed: Capability = { allowed: true, reason: null };
const refused = (reason: string): Capability => ({ allowed: false, reason });

export interface Standing {
  cancelRequested: boolean;
  paused: boolean;
  /** Whether what runs the job can stop it for a while at all. */
  pausable: boolean;
}

/** The actions that apply to a job in this state. */
export function capabilities(status: JobStatus, standing: Standing): Capabilities {
  const pausing = pauseAndResume(status, standing);
  if (isTerminal(status)) {
    const cancel = refused(`The job has already ended: it is ${status}.`);
    return { cancel, retry: allowed, remove: allowed, ...pausing };
  }
  const { cancelRequested } = standing;
  const active = refused(`The job has not ended: it is ${cancelRequested ? 'being cancelled' : status}.`);
  return {
    cancel: cancelRequested ? refused('The job is already being cancelled.') : allowed,
    retry: active,
    remove: active,
    ...pausing,
  };
}

function pauseAndResume(status: JobStatus, { cancelRequested, paused, pausable }: Standing) {
  const never = refused('Jobs can be paused only where they run on this machine, and not on Windows.');
  if (!pausable) return { pause: never, resume: never };
  const not = refused(status === 'running' ? 'The job is being cancelled.' : `The job does not run: it is ${status}.`);
  if (status !== 'running' || cancelRequested) return { pause: not, resume: not };
  return paused
    ? { pause: refused('The job is already paused.'), resume: allowed }
    : { pause: allowed, resume: refused('The job is not paused.') };
}
