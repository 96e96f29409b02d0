/** Reads the CPU time and memory of jobs' processes from the operating system. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The total usage of all living processes of a job. */
export interface Usage {
  processes: number;
  /** CPU time in milliseconds, including that of children that have ended and were waited for. */
  cpuMs: number;
  memoryBytes: number;
  /** The highest peak memory of a single process; 0 where it can't be read. */
  largestBytes: number;
}

/** Linux reports times in hundredths of a second (USER_HZ), independent of the kernel's own tick. */
const tickMs = 10;

/**
 * The usage of each job by its supervisor's pid, which is also the ID of its session and process group. Jobs without
 * living processes have no entry. Empty on Windows.
 */
export async function readUsage(
  jobs: ReadonlySet<number>,
  platform: NodeJS.Platform = process.platform,
): Promise<Map<number, Usage>> {
  if (platform === 'win32' || jobs.size === 0) return new Map();
  if (platform === 'linux') return usageInProc(jobs);
  const { stdout } = await run('ps', ['-A', '-o', 'pgid=,stat=,time=,rss='], { maxBuffer: 1 << 26 });
  return usageInPs(stdout, jobs);
}

/** Memory is the proportional set size (PSS), which counts shared pages once, or else the resident set size (RSS). */
function usageInProc(jobs: ReadonlySet<number>): Map<number, Usage> {
  const usages = new Map<number, Usage>();
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = parseTimes(read(`/proc/${pid}/stat`));
    // A shell with job control puts its children into separate groups in the same session.
    const job = stat && [stat.session, stat.group].find((number) => jobs.has(number));
    if (!stat || !job) continue;
    const status = read(`/proc/${pid}/status`);
    const memoryBytes = kilobytes(read(`/proc/${pid}/smaps_rollup`), 'Pss') || kilobytes(status, 'VmRSS');
    add(usages, job, { processes: 1, cpuMs: stat.cpuMs, memoryBytes, largestBytes: kilobytes(status, 'VmHWM') });
  }
  return usages;
}

/** Parses the session, group and times of `/proc/<pid>/stat`, see proc(5). Null if the process is gone or a zombie. */
export function parseTimes(text: string): { group: number; session: number; cpuMs: number } | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group, session] = fields;
  if (!group || !session || state === 'Z' || state === 'X') return null;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { group: Number(group), session: Number(session), cpuMs: ticks * tickMs };
}

/** Parses `ps -o pgid=,stat=,time=,rss=`. A time is `[[days-]hours:]minutes:seconds`; memory is in kilobytes. */
export function usageInPs(text: string, jobs: ReadonlySet<number>): Map<number, Usage> {
  const usages = new Map<number, Usage>();
  for (const line of text.split('\n')) {
    const [group, state, time = '', resident] = line.trim().split(/\s+/);
    if (!jobs.has(Number(group)) || state?.startsWith('Z')) continue;
    const usage = { processes: 1, cpuMs: milliseconds(time), memoryBytes: Number(resident) * 1024, largestBytes: 0 };
    if (Number.isFinite(usage.cpuMs + usage.memoryBytes)) add(usages, Number(group), usage);
  }
  return usages;
}

function milliseconds(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}

function add(usages: Map<number, Usage>, job: number, usage: Usage): void {
  const sum = usages.get(job);
  if (!sum) usages.set(job, { ...usage });
  else {
    sum.processes += usage.processes;
    sum.cpuMs += usage.cpuMs;
    sum.memoryBytes += usage.memoryBytes;
    sum.largestBytes = Math.max(sum.largestBytes, usage.largestBytes);
  }
}

/** The bytes in a line such as `VmRSS:    1234 kB`; 0 if there is no such line. */
function kilobytes(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name}:`));
  return Number(/\d+/.exec(line ?? '')?.[0] ?? 0) * 1024;
}

/** A file in /proc; empty if the process is gone or belongs to another user. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
