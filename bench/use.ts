/** Resource use of a process, from Linux's `/proc`. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Memory {
  residentMb: number;
  /** Not shared with other processes. Ending the process would free this memory. */
  privateMb: number;
  /** The part of it that is not backed by files, which the system could drop at any time. Leaks show up here. */
  ownMb: number;
}

/** Current memory of a process. Linux only. */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const sum = (pattern: RegExp) => [...text.matchAll(pattern)].reduce((all, [, kb]) => all + Number(kb) / 1000, 0);
  return {
    residentMb: sum(/^Rss: +(\d+)/gm),
    privateMb: sum(/^Private_\w+: +(\d+)/gm),
    ownMb: sum(/^Private_Dirty: +(\d+)/gm),
  };
}

/** How often its threads were scheduled so far, after sleeping or being preempted. */
export function switchesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((all, thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return all + [...text.matchAll(/voluntary_ctxt_switches:\s+(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  }, 0);
}

/** CPU milliseconds used so far, in steps of ten. */
export function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
