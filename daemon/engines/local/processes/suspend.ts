/** Pauses and resumes a job's processes. */
import { type JobProcesses, signalGroup, verifiedMembers } from './kill.ts';
import { readStats } from './process.ts';

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
export function isSuspended(supervisor: number): boolean | null {
  return new SuspendedLook().isSuspended(supervisor);
}

/** Answers for any number of jobs from one snapshot of the processes, which is taken at the first question. */
export class SuspendedLook {
  readonly #platform: NodeJS.Platform;
  #states: Map<number, string[]> | null = null;

  constructor(platform: NodeJS.Platform = process.platform) {
    this.#platform = platform;
  }

  isSuspended(supervisor: number): boolean | null {
    if (this.#platform !== 'linux') return null;
    this.#states ??= statesOfGroups();
    const states = this.#states.get(supervisor) ?? [];
    if (states.length === 0) return null;
    // A parent in vfork(2) waits uninterruptibly (“D”) for its child, which is stopped.
    return states.includes('T') && states.every((state) => state === 'T' || state === 'D');
  }
}

/** The states of the members of each process group, without its leader. */
function statesOfGroups(): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const { pid, stat } of readStats()) {
    if (pid === stat.group) continue;
    const states = groups.get(stat.group);
    if (states) states.push(stat.state);
    else groups.set(stat.group, [stat.state]);
  }
  return groups;
}
