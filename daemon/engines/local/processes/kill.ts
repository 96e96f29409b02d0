/** Ending a job's processes: politely, then by force, and never anybody else's. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Clock, wait } from '../../../clock.ts';
import { isErrno } from '../errno.ts';
import { carries, type GroupMember, groupMembers, isOurs } from './process.ts';

/** `none`: nothing of the job was there; `ended`: all of it went when asked; `killed`: the rest was killed. */
export type Stopped = 'none' | 'ended' | 'killed';

/** The processes of a launch: the supervisor leads a group of its own, in which the command runs. */
export interface JobProcesses {
  /** Pid of the supervisor, and so number of the group. */
  supervisor: number;
  runFolder: string;
  /** Entries of the environment every process of the job was given. */
  mark: string[];
}

export interface StopOptions {
  graceMs: number;
  clock: Clock;
  /** Gives the waiting up; what was asked stays asked. */
  signal: AbortSignal;
}

/** A stop on its way. */
export interface Stopping {
  /** Rejects when the system forbids it (EPERM). */
  asked: Promise<void>;
  /** Resolves when nothing of the job is left, or the rest was killed; on abort at once, with `ended`. */
  over: Promise<Stopped>;
}

type Known = ReadonlySet<string>;

const firstLookMs = 10;
const longestLookMs = 100;

/**
 * Sends SIGTERM to the group and, when any of it lives on after `graceMs`, SIGKILL. On Windows, where nobody can be
 * asked, it ends the whole tree at once.
 */
export function stopProcesses(job: JobProcesses, options: StopOptions): Stopping {
  if (process.platform === 'win32') {
    const ending = endTree(job);
    return { asked: ending.then(() => {}), over: ending };
  }
  const asking = ask(job);
  return {
    asked: asking.then(() => {}),
    over: asking.then((known) => (known ? makeSure(job, known, options) : 'none')),
  };
}

/** Sends SIGKILL to the group at once, and again until nothing of it is left; it never gives up by itself. */
export function killProcesses(job: JobProcesses, options: Omit<StopOptions, 'graceMs'>): Stopping {
  if (process.platform === 'win32') return stopProcesses(job, { ...options, graceMs: 0 });
  const killing = killGroup(job, new Set());
  return {
    asked: killing.then(() => {}),
    over: killing.then((known) => (known ? untilGone(job, known, options) : 'none')),
  };
}

/** Who was killed, or null when nobody of the job is there. */
async function killGroup(job: JobProcesses, known: Known): Promise<Known | null> {
  const members = await provenGroup(job, known);
  if (members) signalGroup(job.supervisor, 'SIGKILL');
  return members;
}

async function untilGone(job: JobProcesses, killed: Known, options: Omit<StopOptions, 'graceMs'>): Promise<Stopped> {
  let known: Known | null = killed;
  for (let pause = firstLookMs; known && !options.signal.aborted; pause = Math.min(pause * 2, longestLookMs)) {
    await wait(pause, options.clock, options.signal);
    known = await killGroup(job, known);
  }
  return 'killed';
}

/** Who was asked to end, or null when nobody of the job is there. */
async function ask(job: JobProcesses): Promise<Known | null> {
  const known = await provenGroup(job, new Set());
  if (known) {
    signalGroup(job.supervisor, 'SIGTERM');
    // What is stopped hears of it only when it goes on.
    signalGroup(job.supervisor, 'SIGCONT');
  }
  return known;
}

async function makeSure(job: JobProcesses, asked: Known, { graceMs, clock, signal }: StopOptions): Promise<Stopped> {
  // By a timer: somebody may set the wall clock back meanwhile.
  const grace = new AbortController();
  const cancel = clock.after(graceMs, () => grace.abort());
  const over = AbortSignal.any([signal, grace.signal]);
  let known: Known | null = asked;
  try {
    for (let pause = firstLookMs; !over.aborted; pause = Math.min(pause * 2, longestLookMs)) {
      await wait(pause, clock, over);
      if (signal.aborted) return 'ended';
      known = await provenGroup(job, known);
      if (!known) return 'ended';
    }
  } finally {
    cancel();
  }
  signalGroup(job.supervisor, 'SIGKILL');
  return 'killed';
}

/**
 * The members of the job's group, or null when there is none left of whom it can be proved. It can when the supervisor
 * leads it, or somebody carries the job's mark, or was seen in the group when that was proved before: the number of a
 * group is not given again while the group has members.
 */
export async function provenGroup(job: JobProcesses, known: Known): Promise<Known | null> {
  const members = await groupMembers(job.supervisor);
  const proven =
    members.some((member) => known.has(name(member))) ||
    members.some((member) => carries(member.pid, job.mark)) ||
    (await isOurs(job.supervisor, job.runFolder));
  return proven && members.length > 0 ? new Set(members.map(name)) : null;
}

function name(member: GroupMember): string {
  return `${member.pid} ${member.started}`;
}

/** Signals a group that was just proved to be a job's. That it is gone by then is no error. */
export function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  if (group <= 1) throw new Error(`No job can have the process group ${group}.`);
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}

async function endTree(job: JobProcesses): Promise<Stopped> {
  if (!(await isOurs(job.supervisor, job.runFolder))) return 'none';
  await promisify(execFile)('taskkill', ['/PID', String(job.supervisor), '/T', '/F'], { windowsHide: true });
  return 'killed';
}
