/** Rules for actions that several kinds of jobs share. */
import type { Capabilities, Capability } from '../../../shared/job.ts';
import { capabilityReason as why } from '../../../shared/messages/capabilities.ts';
import { jobProblem } from '../../../shared/messages/jobCommands.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { JobRow } from '../../store/rows.ts';
import { isBeingStopped } from '../lookup.ts';

export const allowed: Capability = { allowed: true, reason: null };

export function refused(reason: Message): Capability {
  return { allowed: false, reason };
}

/** @throws JobdeckError ENGINE_NOT_CAPABLE */
export function checkAllowed({ reason }: Capability): void {
  if (reason !== null) throw jobProblem('ENGINE_NOT_CAPABLE/action', { reason });
}

/** Applies the rule until the job has finished or is being stopped. */
export function cancelUnlessEnded(job: JobRow, rule: Capability): Capability {
  if (isTerminal(job.status)) return alreadyEnded(job);
  return isBeingStopped(job) ? refused(why('capability.cancelling')) : rule;
}

/** Applies the rule once the job has finished. */
export function onceEnded(job: JobRow, rule: Capability): Capability {
  return isTerminal(job.status) ? rule : stillActive(job);
}

/** An ended job can be force stopped if processes of it are still running. */
export function forceFailUnlessEnded(job: JobRow): Capability {
  return isTerminal(job.status) && job.leftoverCount === 0 ? alreadyEnded(job) : allowed;
}

/** Whether the queue of a job allows cancelling it. */
export function cancelByQueue({ queue, cancelAllowed }: JobRow): Capability {
  return cancelAllowed === 0 ? refused(why('capability.queueForbidsCancel', { queue })) : allowed;
}

/** Whether the queue of a job, if it still exists, allows retrying it. */
export function retryByQueue({ queue, retryAllowed }: JobRow): Capability {
  return retryAllowed === 0 ? refused(why('capability.queueForbidsRetry', { queue })) : allowed;
}

/** Only jobs that have not started can be held. */
export function holdRules({ status, held }: JobRow): Pick<Capabilities, 'hold' | 'release'> {
  if (status !== 'pending' && status !== 'waiting') {
    const started = refused(why('capability.started'));
    return { hold: started, release: started };
  }
  return held === 1
    ? { hold: refused(why('capability.held')), release: allowed }
    : { hold: allowed, release: refused(why('capability.notHeld')) };
}

/** A job starts once. A job that starts after another one needs its result, or at least its end. */
export function startRule({ status, waitReason }: JobRow): Capability {
  if (status !== 'pending' && status !== 'waiting') return refused(why('capability.alreadyStarted'));
  return waitReason === 'dependency' ? startsAfter : allowed;
}

export const startsAfter = refused(why('capability.startsAfter'));

/** The priority matters only until a job starts. */
export function priorityRule({ status }: JobRow): Capability {
  return status === 'pending' || status === 'waiting' ? allowed : refused(why('capability.priority'));
}

/** Input goes to a running program that was started with an input. */
export function inputRule({ stdin, status }: JobRow): Capability {
  if (stdin === 0) return refused(why('capability.noStdin'));
  return status === 'running' ? allowed : refused(why('capability.notRunning', { status }));
}

/** Pausing stops processes on this machine, where the system can do that. */
export const pauseUnsupported = refused(why('capability.noPause'));

/** Only engines that keep the results of steps can retry from one. */
export const noStepResults = refused(why('capability.noSteps'));

function alreadyEnded({ status }: JobRow): Capability {
  return refused(why('capability.finished', { status }));
}

export function stillActive({ status, cancelRequestedAt }: JobRow): Capability {
  return refused(
    cancelRequestedAt === null ? why('capability.active', { status }) : why('capability.activeCancelling'),
  );
}
