/** Processes of this machine according to /proc. */
import { readdirSync, readFileSync } from 'node:fs';

export function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The initial environment of a process. Empty if it is gone. */
export function environmentOf(pid: number): string[] {
  return read(`/proc/${pid}/environ`).split('\0');
}

/** The process group of a process, or null if it is gone. */
export function groupOf(pid: number): number | null {
  // The fields after the name, which can contain anything: state, parent, group.
  const [, , group] = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return group === undefined ? null : Number(group);
}

/** Whether a process has exited but was not reaped. */
export function isZombie(pid: number): boolean {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.startsWith('Z') ?? true;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
