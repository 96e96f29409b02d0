/** Whether a process is still there. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two looks. */
const lookAgain = 20;

/** Whether a process of this id lives. One that has ended does not, also while its parent takes no notice of it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return process.platform !== 'linux' || !isZombie(pid);
}

/** In a container nobody may ever collect an orphan that has ended; its id stays, as a zombie. */
function isZombie(pid: number): boolean {
  try {
    // proc(5): the state follows the name, which stands in parentheses and may itself contain some.
    return /\) [ZX][^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It has gone since, or there is no /proc to ask: the next look tells.
    return false;
  }
}

/** Waits until a process is gone, at most `limit` ms; returns whether it is. */
export async function untilGone(pid: number, limit: number): Promise<boolean> {
  const until = Date.now() + limit;
  while (isAlive(pid)) {
    if (Date.now() >= until) return false;
    await pause(lookAgain);
  }
  return true;
}
