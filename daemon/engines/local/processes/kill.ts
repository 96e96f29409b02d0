/** Stops a job's processes: SIGTERM or another signal first, then SIGKILL. Never signals the processes of others. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CancelSignal } from '../../../../shared/job.ts';
import { type Clock, wait } from '../../../clock.ts';
import { isErrno } from '../errno.ts';
import { belongsToOriginal, isOurs } from './launchProof.ts';
import { type GroupMember, groupMembers, hasEnvironment } from './process.ts';

/** `none`: the job had no processes; `ended`: all of them ended by themselves; `killed`: the remaining ones were killed. */
export type Stopped = 'none' | 'ended' | 'killed';

/** The processes of a launch. The supervisor leads a process group in which the command runs. */
export interface JobProcesses {
  /** The supervisor's pid, which is also the ID of the process group. */
  supervisor: number;
  runFolder: string;
  /** Environment entries that identify the job's processes. */
  mark: string[];
}

export interface KillOptions {
  clock: Clock;
  /** Stops the waiting, not the processes' termination. */
  signal: AbortSignal;
}

export interface StopOptions extends KillOptions {
  /** The signal that asks the processes to end. */
  first: CancelSignal;
  graceMs: number;
}

/** A stop in progress. */
export interface Stopping {
  /** Resolves when the signal was sent; rejects if the system forbids it (EPERM). */
  requested: Promise<void>;
  /** Resolves when all processes have ended or were killed; immediately with `ended` on abort. */
  done: Promise<Stopped>;
}

/** Verified members of the job's process group, as `nameOf` names them. */
type Members = ReadonlySet<string>;

const firstIntervalMs = 10;
const longestIntervalMs = 100;

/**
 * Sends a signal to the group, and SIGKILL if any process is left after `graceMs`. On Windows, which has no such signals,
 * it kills the whole process tree at once.
 */
export function stopProcesses(job: JobProcesses, options: StopOptions): Stopping {
  if (process.platform === 'win32') {
    const killing = killTree(job);
    return { requested: killing.then(() => {}), done: killing };
  }
  const terminating = terminateGroup(job, options.first);
  return {
    requested: terminating.then(() => {}),
    done: terminating.then((members) => (members ? killAfterGrace(job, members, options) : 'none')),
  };
}

/** Only sends a signal to the group. Rejects if the system forbids it (EPERM). Not supported on Windows. */
export async function signalProcesses(job: JobProcesses, signal: CancelSignal): Promise<void> {
  await terminateGroup(job, signal);
}

/** Sends SIGKILL to the group repeatedly until no process is left. Only `signal` ends the repetition. */
export function killProcesses(job: JobProcesses, options: KillOptions): Stopping {
  if (process.platform === 'win32') return stopProcesses(job, { ...options, first: 'SIGKILL', graceMs: 0 });
  const killing = killGroup(job, new Set());
  return {
    requested: killing.then(() => {}),
    done: killing.then((members) => (members ? killUntilGone(job, members, options) : 'none')),
  };
}

/** The processes that were killed; null if there were none. */
async function killGroup(job: JobProcesses, known: Members): Promise<Members | null> {
  const members = await verifiedMembers(job, known);
  if (members) signalGroup(job.supervisor, 'SIGKILL');
  return members;
}

async function killUntilGone(job: JobProcesses, killed: Members, options: KillOptions): Promise<Stopped> {
  let members: Members | null = killed;
  for (
    let pause = firstIntervalMs;
    members && !options.signal.aborted;
    pause = Math.min(pause * 2, longestIntervalMs)
  ) {
    await wait(pause, options.clock, options.signal);
    members = await killGroup(job, members);
  }
  return 'killed';
}

/** The processes that were asked to end; null if there were none. */
async function terminateGroup(job: JobProcesses, signal: CancelSignal): Promise<Members | null> {
  const members = await verifiedMembers(job, new Set());
  if (members) {
    signalGroup(job.supervisor, signal);
    // A stopped process handles the signal only after it is continued.
    signalGroup(job.supervisor, 'SIGCONT');
  }
  return members;
}

async function killAfterGrace(
  job: JobProcesses,
  terminated: Members,
  { graceMs, clock, signal }: StopOptions,
): Promise<Stopped> {
  // A timer, because the wall clock may be set back.
  const grace = new AbortController();
  const cancel = clock.after(graceMs, () => grace.abort());
  const over = AbortSignal.any([signal, grace.signal]);
  let members: Members | null = terminated;
  try {
    for (let pause = firstIntervalMs; !over.aborted; pause = Math.min(pause * 2, longestIntervalMs)) {
      await wait(pause, clock, over);
      if (signal.aborted) return 'ended';
      members = await verifiedMembers(job, members);
      if (!members) return 'ended';
    }
  } finally {
    cancel();
  }
  signalGroup(job.supervisor, 'SIGKILL');
  return 'killed';
}

/**
 * The members of the job's process group; null if it has none or can't be proved to be the job's. It is the job's if its
 * supervisor leads it, or if a member has the job's environment entries or is in `known`, the members verified before:
 * the ID of a group is not reused while the group has members.
 */
export async function verifiedMembers(job: JobProcesses, known: Members): Promise<Members | null> {
  const members = await groupMembers(job.supervisor);
  const proven =
    members.some((member) => known.has(nameOf(member))) ||
    members.some(({ pid }) => hasEnvironment(pid, job.mark) && !belongsToOriginal(pid, job.runFolder)) ||
    (await isOurs(job.supervisor, job.runFolder));
  return proven && members.length > 0 ? new Set(members.map(nameOf)) : null;
}

function nameOf(member: GroupMember): string {
  return `${member.pid} ${member.started}`;
}

/** Signals a group that was just verified to be a job's. Ignores a group that is gone by then. */
export function signalGroup(group: number, signal: CancelSignal | 'SIGSTOP' | 'SIGCONT'): void {
  if (group <= 1) throw new Error(`No job can have the process group ${group}.`);
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}

async function killTree(job: JobProcesses): Promise<Stopped> {
  if (!(await isOurs(job.supervisor, job.runFolder))) return 'none';
  await promisify(execFile)('taskkill', ['/PID', String(job.supervisor), '/T', '/F'], { windowsHide: true });
  return 'killed';
}
