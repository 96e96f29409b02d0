/** Processes of this machine as /proc tells of them. */
import { readdirSync, readFileSync } from 'node:fs';

export function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Entries of the environment it was started with; none when it is gone. */
export function environmentOf(pid: number): string[] {
  return read(`/proc/${pid}/environ`).split('\0');
}

/** Number of its process group; null when it is gone. */
export function groupOf(pid: number): number | null {
  // After the name, which may hold anything: state, parent, group.
  const [, , group] = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return group === undefined ? null : Number(group);
}

/** Whether it is only an entry that nobody has collected. */
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
