/** Which actions apply to a job, and why not. */

import type { Limits } from '../../shared/connection.ts';
import type { Capabilities, Capability, Children, JobStatus } from '../../shared/job.ts';
import { plainMessage } from '../../shared/messages/define.ts';
import type { Message } from '../../shared/messages/schema.ts';
import { isTerminal } from '../../shared/status.ts';

const allowed: Capability = { allowed: true, reason: null };
const refused = (reason: string | Message): Capability => ({
  allowed: false,
  reason: typeof reason === 'string' ? plainMessage(reason) : reason,
});

/** What decides it beside the status. */
export interface Standing {
  engine: string;
  queue: string;
  cancelRequested: boolean;
  paused: boolean;
  held: boolean;
  /** Whether it was submitted to be sent input. */
  stdin: boolean;
  /** Of its queue. */
  cancelAllowed: boolean;
  retryAllowed: boolean;
  /** It has been removed. */
  queueGone: boolean;
  /** Of a group. */
  children: Children | null;
  /** Of a job that runs elsewhere; null of others. */
  remote: Limits | null;
}

/** The actions that apply to a job in this state. */
export function capabilities(status: JobStatus, standing: Standing): Capabilities {
  const { cancelRequested } = standing;
  const over = refused(`The job has already ended: it is ${status}.`);
  const active = refused(`The job has not ended: it is ${cancelRequested ? 'being cancelled' : status}.`);
  const ended = isTerminal(status);
  return {
    cancel: ended ? over : cancel(standing),
    retry: ended || (hasFailedChildren(standing.children) && !cancelRequested) ? retry(standing) : active,
    remove: ended ? allowed : active,
    ...pauseAndResume(status, standing),
    ...holdAndRelease(status, standing),
    input: input(status, standing),
    forceFail: ended ? over : allowed,
  };
}

function cancel({ cancelRequested, cancelAllowed, queue, remote }: Standing): Capability {
  if (cancelRequested) return refused('The job is already being cancelled.');
  if (remote !== null) return remote.cancel ? refused(remote.cancel) : allowed;
  return cancelAllowed ? allowed : refused(`Jobs of the queue ${queue} can't be cancelled.`);
}

function retry({ engine, retryAllowed, queue, queueGone, remote }: Standing): Capability {
  if (remote !== null) return remote.retry ? refused(remote.retry) : allowed;
  if (engine === 'reported') return refused('A program outside Jobdeck reported it: start that again.');
  if (queueGone && engine !== 'group')
    return refused(`Its queue ${queue} has been removed. Make it again to retry the job.`);
  return retryAllowed ? allowed : refused(`Jobs of the queue ${queue} can't be retried.`);
}

/** A group can be retried while others of its jobs go on. */
function hasFailedChildren(children: Children | null): boolean {
  return children !== null && children.failed + children.cancelled + children.lost > 0;
}

function pauseAndResume(status: JobStatus, { cancelRequested, paused, engine }: Standing) {
  const group = refused('Pause its jobs one by one, or their queue.');
  if (engine === 'group') return { pause: group, resume: group };
  const never = refused('Jobs can be paused only where they run on this machine, and not on Windows.');
  if (engine !== 'local' || process.platform === 'win32') return { pause: never, resume: never };
  const not = refused(status === 'running' ? 'The job is being cancelled.' : `The job does not run: it is ${status}.`);
  if (status !== 'running' || cancelRequested) return { pause: not, resume: not };
  return paused
    ? { pause: refused('The job is already paused.'), resume: allowed }
    : { pause: allowed, resume: refused('The job is not paused.') };
}

function holdAndRelease(status: JobStatus, { held, engine, remote }: Standing) {
  const elsewhere = refused('It waits at its engine, which can’t hold it.');
  if (remote !== null) return { hold: elsewhere, release: elsewhere };
  const group = refused('Hold its jobs, or pause their queue.');
  if (engine === 'group') return { hold: group, release: group };
  const not = refused(`Only a job that has not started can be held: it is ${status}.`);
  if (status !== 'pending' && status !== 'waiting') return { hold: not, release: not };
  return held
    ? { hold: refused('The job is already held.'), release: allowed }
    : { hold: allowed, release: refused('The job is not held.') };
}

function input(status: JobStatus, { stdin, engine, remote }: Standing): Capability {
  if (remote !== null) return refused('It runs elsewhere: its program can’t be sent input.');
  if (engine === 'group') return refused('A group has no program: send it to one of its jobs.');
  if (!stdin) return refused('It was submitted without --stdin, so its program has no input.');
  return status === 'running' ? allowed : refused(`The job does not run: it is ${status}.`);
}

/** Whether a job can be run again from one of its steps; `remote` is null for jobs of this machine. */
export function retryFromStep(status: JobStatus, remote: Limits | null): Capability {
  if (remote === null) return refused('Only engines that keep the results of steps can begin with one.');
  if (!isTerminal(status)) return refused(`The job has not ended: it is ${status}.`);
  // Engines say that they can.
  if (remote.retryFromStep === undefined) return refused('Its engine does not begin with a step.');
  return remote.retryFromStep === null ? allowed : refused(remote.retryFromStep);
}
