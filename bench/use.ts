/** What a process uses, as Linux counts it. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Memory {
  residentMb: number;
  /** What nobody else shares: what its end would give back. */
  privateMb: number;
  /** Of that, what is no page of a file, which the system may drop whenever it likes: what a leak would be in. */
  ownMb: number;
}

/** Of one process, now. Only on Linux. */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const sum = (pattern: RegExp) => [...text.matchAll(pattern)].reduce((all, [, kb]) => all + Number(kb) / 1000, 0);
  return {
    residentMb: sum(/^Rss: +(\d+)/gm),
    privateMb: sum(/^Private_\w+: +(\d+)/gm),
    ownMb: sum(/^Private_Dirty: +(\d+)/gm),
  };
}

/** How often its threads were put on a processor so far: after they slept, or after another took it from them. */
export function switchesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((all, thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return all + [...text.matchAll(/voluntary_ctxt_switches:\s+(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  }, 0);
}

/** Milliseconds of a processor it has used so far, in steps of ten. */
export function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
