/** Whether a process exists, and which one it is. */
import { execFileSync } from 'node:child_process';
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

/**
 * When the system started a process, in its own unit: together with the ID, it identifies the process. Null if there is
 * no such process, or if that can't be read.
 */
export function startTimeOf(pid: number, platform: NodeJS.Platform = process.platform): string | null {
  try {
    if (platform === 'win32') return null;
    if (platform !== 'linux') {
      const env = { ...process.env, LC_ALL: 'C' };
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe', env }).trim();
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** The command line of a process; empty if it can't be read. */
export function commandLineOf(pid: number, platform: NodeJS.Platform = process.platform): string {
  try {
    if (platform === 'win32') return '';
    if (platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return '';
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
