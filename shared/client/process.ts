/** Whether a process exists. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two checks. */
const pollInterval = 20;

/** Whether a process with this ID is alive. A zombie, which its parent hasn't collected yet, is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return process.platform !== 'linux' || !isZombie(pid);
}

/** In a container, orphans may never be collected, so their IDs stay in use by zombies. */
function isZombie(pid: number): boolean {
  try {
    // proc(5): the state follows the name, which is in parentheses and may itself contain parentheses.
    return /\) [ZX][^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // The process is gone, which the next check will find, or there is no /proc.
    return false;
  }
}

/** Waits at most `limit` ms for a process to end; returns whether it has. */
export async function untilGone(pid: number, limit: number): Promise<boolean> {
  const until = Date.now() + limit;
  while (isAlive(pid)) {
    if (Date.now() >= until) return false;
    await pause(pollInterval);
  }
  return true;
}
