/** Adds up the CPU time and memory of a job's processes. */
import { readProc } from '../processes/proc.ts';
import type { Process } from '../processes/table.ts';

/** The total usage of all living processes of a job. */
export interface Usage {
  processes: number;
  /** CPU time in milliseconds, including that of children that have ended and were waited for. */
  cpuMs: number;
  memoryBytes: number;
  /** The highest peak memory of a single process; 0 where it can't be read. */
  largestBytes: number;
}

/**
 * The usage of a job's processes; null if it has none. Memory is the proportional set size (PSS), which counts shared
 * pages once, or else the resident set size (RSS).
 */
export function usageOf(processes: readonly Process[]): Usage | null {
  if (processes.length === 0) return null;
  const usage: Usage = { processes: processes.length, cpuMs: 0, memoryBytes: 0, largestBytes: 0 };
  for (const { pid, cpuMs, residentBytes } of processes) {
    usage.cpuMs += cpuMs;
    if (residentBytes !== null) {
      usage.memoryBytes += residentBytes;
      continue;
    }
    const status = readProc(pid, 'status');
    usage.memoryBytes += kilobytes(readProc(pid, 'smaps_rollup'), 'Pss') || kilobytes(status, 'VmRSS');
    usage.largestBytes = Math.max(usage.largestBytes, kilobytes(status, 'VmHWM'));
  }
  return usage;
}

/** The bytes in a line such as `VmRSS:    1234 kB`; 0 if there is no such line. */
export function kilobytes(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name}:`));
  return Number(/\d+/.exec(line ?? '')?.[0] ?? 0) * 1024;
}
