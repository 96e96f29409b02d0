/** Rules on the actions of a job that several kinds share. */
import type { Capabilities, Capability } from '../../../shared/job.ts';
import { plainMessage } from '../../../shared/messages/define.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { JobRow } from '../../store/rows.ts';

export const allowed: Capability = { allowed: true, reason: null };

export function refused(reason: string | Message): Capability {
  return { allowed: false, reason: typeof reason === 'string' ? plainMessage(reason) : reason };
}

/** As the rule says until the job has ended, and only before a cancel was requested. */
export function cancelUnlessEnded(job: JobRow, rule: Capability): Capability {
  if (isTerminal(job.status)) return alreadyEnded(job);
  return job.cancelRequestedAt === null ? rule : refused('The job is already being cancelled.');
}

/** As the rule says once the job has ended. */
export function onceEnded(job: JobRow, rule: Capability): Capability {
  return isTerminal(job.status) ? rule : stillActive(job);
}

export function forceFailUnlessEnded(job: JobRow): Capability {
  return isTerminal(job.status) ? alreadyEnded(job) : allowed;
}

/** Whether the queue of a job allows cancelling it. */
export function cancelByQueue({ queue, cancelAllowed }: JobRow): Capability {
  return cancelAllowed === 0 ? refused(`Jobs of the queue ${queue} can't be cancelled.`) : allowed;
}

/** Whether the queue of a job, if it still exists, allows retrying it. */
export function retryByQueue({ queue, retryAllowed }: JobRow): Capability {
  return retryAllowed === 0 ? refused(`Jobs of the queue ${queue} can't be retried.`) : allowed;
}

/** Holding is for jobs that have not started. */
export function holdRules({ status, held }: JobRow): Pick<Capabilities, 'hold' | 'release'> {
  if (status !== 'pending' && status !== 'waiting') {
    const started = refused(`Only a job that has not started can be held: it is ${status}.`);
    return { hold: started, release: started };
  }
  return held === 1
    ? { hold: refused('The job is already held.'), release: allowed }
    : { hold: allowed, release: refused('The job is not held.') };
}

/** Input goes to a running program that was started with one. */
export function inputRule({ stdin, status }: JobRow): Capability {
  if (stdin === 0) return refused('It was submitted without --stdin, so its program has no input.');
  return status === 'running' ? allowed : refused(`The job does not run: it is ${status}.`);
}

/** Pausing stops processes of this machine, where that is possible. */
export const pauseUnsupported = refused('Jobs can be paused only where they run on this machine, and not on Windows.');

/** Retrying from a step is for engines that keep the results of steps. */
export const noStepResults = refused('Only engines that keep the results of steps can begin with one.');

function alreadyEnded({ status }: JobRow): Capability {
  return refused(`The job has already ended: it is ${status}.`);
}

export function stillActive({ status, cancelRequestedAt }: JobRow): Capability {
  return refused(`The job has not ended: it is ${cancelRequestedAt === null ? status : 'being cancelled'}.`);
}
