/** Pausing a job's processes and letting them go on. */
import { readFileSync } from 'node:fs';
import { type JobProcesses, provenGroup, signalGroup } from './kill.ts';
import { groupMembers } from './process.ts';

/**
 * Stops the processes of a job, or lets them go on. The supervisor goes on at once, so that an ending is recorded also
 * when somebody kills what is stopped. False when nothing of the job is there.
 */
export async function suspend(job: JobProcesses, paused: boolean): Promise<boolean> {
  if ((await provenGroup(job, new Set())) === null) return false;
  signalGroup(job.supervisor, paused ? 'SIGSTOP' : 'SIGCONT');
  if (paused) process.kill(job.supervisor, 'SIGCONT');
  return true;
}

/** Whether all processes of a job but its supervisor are stopped; null where that can't be seen. */
export async function isSuspended(supervisor: number, platform = process.platform): Promise<boolean | null> {
  if (platform !== 'linux') return null;
  const others = (await groupMembers(supervisor)).filter(({ pid }) => pid !== supervisor);
  // What has ended stays a zombie as long as its parent, being stopped, does not ask for it.
  const states = others
    .map(({ pid }) => stateOf(pid))
    .filter((state) => state !== '' && state !== 'Z' && state !== 'X');
  if (states.length === 0) return null;
  // Who has just made another by vfork(2) waits for it uninterruptibly (“D”), until that one, being stopped, goes on.
  return states.includes('T') && states.every((state) => state === 'T' || state === 'D');
}

/** One letter, see proc(5); empty when the process is gone. */
function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
  } catch {
    return '';
  }
}
