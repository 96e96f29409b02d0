/** Pauses and resumes a job's processes. */
import { readFileSync } from 'node:fs';
import { type JobProcesses, signalGroup, verifiedMembers } from './kill.ts';
import { groupMembers } from './process.ts';

/**
 * Stops or continues the processes of a job. The supervisor itself is always continued, so that it records the end even
 * if a stopped process is killed. False if the job has no processes.
 */
export async function suspend(job: JobProcesses, paused: boolean): Promise<boolean> {
  if ((await verifiedMembers(job, new Set())) === null) return false;
  signalGroup(job.supervisor, paused ? 'SIGSTOP' : 'SIGCONT');
  if (paused) process.kill(job.supervisor, 'SIGCONT');
  return true;
}

/** Whether all processes of a job except its supervisor are stopped; null where that can't be determined. */
export async function isSuspended(supervisor: number, platform = process.platform): Promise<boolean | null> {
  if (platform !== 'linux') return null;
  const others = (await groupMembers(supervisor)).filter(({ pid }) => pid !== supervisor);
  // A process that has ended stays a zombie while its parent is stopped.
  const states = others
    .map(({ pid }) => stateOf(pid))
    .filter((state) => state !== '' && state !== 'Z' && state !== 'X');
  if (states.length === 0) return null;
  // A parent in vfork(2) waits uninterruptibly (“D”) for its child, which is stopped.
  return states.includes('T') && states.every((state) => state === 'T' || state === 'D');
}

/** The state letter, see proc(5); empty if the process is gone. */
function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
  } catch {
    return '';
  }
}
