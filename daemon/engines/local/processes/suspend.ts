/** Pauses and resumes a job's processes. */
import type { JobProcesses, Processes } from './processes.ts';
import { signalEach } from './signals.ts';
import { nameOf, type Process } from './table.ts';

/**
 * Stops or continues the processes of a job, and any that are started meanwhile. The supervisor is never
 * stopped, so that it records the end even if a stopped process is killed. False if the job has no processes.
 */
export async function suspend(
  job: JobProcesses,
  paused: boolean,
  processes: Pick<Processes, 'look'>,
): Promise<boolean> {
  const signalled = new Set<string>();
  for (;;) {
    const members = await processes.look(job);
    const added = members.filter((one) => one.pid !== job.supervisor && !signalled.has(nameOf(one)));
    if (added.length === 0) return members.length + signalled.size > 0;
    for (const one of added) signalled.add(nameOf(one));
    // A shell with job control must not see that its children are stopped.
    signalEach(paused ? added : added.reverse(), paused ? 'SIGSTOP' : 'SIGCONT');
  }
}

/** Whether all processes of a job except its supervisor are stopped; null where that can't be determined. */
export function isSuspended(
  members: readonly Process[],
  supervisor: number,
  platform: NodeJS.Platform = process.platform,
): boolean | null {
  if (platform !== 'linux') return null;
  const states = members.filter(({ pid }) => pid !== supervisor).map(({ state }) => state);
  if (states.length === 0) return null;
  // A parent in vfork(2) waits uninterruptibly (“D”) for its child, which is stopped.
  return states.includes('T') && states.every((state) => state === 'T' || state === 'D');
}
