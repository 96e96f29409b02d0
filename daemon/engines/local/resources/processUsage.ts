/** What the processes of jobs use, as the operating system says. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What all living processes of one job use together. */
export interface Use {
  processes: number;
  /** Time on processors in milliseconds, with that of processes which have ended and were waited for. */
  cpuMs: number;
  memoryBytes: number;
  /** The most that one of them alone ever had; 0 where that can't be seen. */
  largestBytes: number;
}

/** Linux counts times for programs in hundredths of a second, whatever it does itself. */
const tickMs = 10;

/**
 * What each job uses, by its supervisor's pid, which is the number of its session and process group. Without an entry
 * for those none of whose processes lives; without any on Windows.
 */
export async function usesOf(
  jobs: ReadonlySet<number>,
  platform: NodeJS.Platform = process.platform,
): Promise<Map<number, Use>> {
  if (platform === 'win32' || jobs.size === 0) return new Map();
  if (platform === 'linux') return usesInProc(jobs);
  const { stdout } = await run('ps', ['-A', '-o', 'pgid=,stat=,time=,rss='], { maxBuffer: 1 << 26 });
  return usesInPs(stdout, jobs);
}

/** Memory is the proportional share (PSS), which counts what forked processes share only once, else the resident set. */
function usesInProc(jobs: ReadonlySet<number>): Map<number, Use> {
  const uses = new Map<number, Use>();
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = parseTimes(read(`/proc/${pid}/stat`));
    // A shell with job control gives its children groups of their own, in the same session.
    const job = stat && [stat.session, stat.group].find((number) => jobs.has(number));
    if (!stat || !job) continue;
    const status = read(`/proc/${pid}/status`);
    const memoryBytes = kilobytes(read(`/proc/${pid}/smaps_rollup`), 'Pss') || kilobytes(status, 'VmRSS');
    add(uses, job, { ...{ processes: 1, cpuMs: stat.cpuMs }, memoryBytes, largestBytes: kilobytes(status, 'VmHWM') });
  }
  return uses;
}

/** Session, group and times in `/proc/<pid>/stat`, see proc(5); null when the process is gone or has ended. */
export function parseTimes(text: string): { group: number; session: number; cpuMs: number } | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group, session] = fields;
  if (!group || !session || state === 'Z' || state === 'X') return null;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { group: Number(group), session: Number(session), cpuMs: ticks * tickMs };
}

/** What `ps -o pgid=,stat=,time=,rss=` says: a time is `[[days-]hours:]minutes:seconds`, memory in kilobytes. */
export function usesInPs(text: string, jobs: ReadonlySet<number>): Map<number, Use> {
  const uses = new Map<number, Use>();
  for (const line of text.split('\n')) {
    const [group, state, time = '', resident] = line.trim().split(/\s+/);
    if (!jobs.has(Number(group)) || state?.startsWith('Z')) continue;
    const use = { processes: 1, cpuMs: milliseconds(time), memoryBytes: Number(resident) * 1024, largestBytes: 0 };
    if (Number.isFinite(use.cpuMs + use.memoryBytes)) add(uses, Number(group), use);
  }
  return uses;
}

function milliseconds(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}

function add(uses: Map<number, Use>, job: number, use: Use): void {
  const sum = uses.get(job);
  if (!sum) uses.set(job, { ...use });
  else {
    sum.processes += use.processes;
    sum.cpuMs += use.cpuMs;
    sum.memoryBytes += use.memoryBytes;
    sum.largestBytes = Math.max(sum.largestBytes, use.largestBytes);
  }
}

/** A line such as `VmRSS:    1234 kB`, in bytes; 0 when there is none. */
function kilobytes(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name}:`));
  return Number(/\d+/.exec(line ?? '')?.[0] ?? 0) * 1024;
}

/** A file of /proc; empty when the process is gone or may not be looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
