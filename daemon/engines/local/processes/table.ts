/** A snapshot of the process table, taken at once for all jobs. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { readProc } from './proc.ts';

const run = promisify(execFile);

/** A process that has not ended. */
export interface Process {
  pid: number;
  parent: number;
  group: number;
  /** Null where the system doesn't show it. */
  session: number | null;
  /** The state letter, such as `T` for stopped. */
  state: string;
  /** With the pid, it identifies the process for as long as the machine runs. */
  started: string;
  /** The name of its program, truncated on Linux to 15 bytes. */
  name: string;
  /** CPU time in milliseconds, including that of children that have ended and were waited for. */
  cpuMs: number;
  /** Only in the output of `ps`. */
  residentBytes: number | null;
  /** The command line. Only in the output of `ps`. */
  args: string | null;
}

/** Linux reports times in hundredths of a second (USER_HZ), independent of the kernel's own tick. */
const tickMs = 10;
const psFields = 'pid=,ppid=,pgid=,stat=,time=,rss=,lstart=,args=';

/** The processes of this machine, parents before their children. Empty on Windows. */
export async function readProcesses(platform: NodeJS.Platform = process.platform): Promise<Process[]> {
  if (platform === 'win32') return [];
  if (platform !== 'linux') {
    const { stdout } = await run('ps', ['-A', '-ww', '-o', psFields], { maxBuffer: 1 << 28, env: { LC_ALL: 'C' } });
    return parsePs(stdout);
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => parseStat(readProc(pid, 'stat')) ?? []).sort(byStart);
}

/** Identifies a process among all that ever ran since the machine was started. */
export function nameOf({ pid, started }: Pick<Process, 'pid' | 'started'>): string {
  return `${pid} ${started}`;
}

/**
 * Parses `/proc/<pid>/stat`, see proc(5). The name in parentheses may contain anything, so fields are counted after it.
 * Null if the process is gone or a zombie.
 */
export function parseStat(text: string): Process | null {
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const [state, parent, group, session] = fields;
  const started = fields[19];
  if (!state || !parent || !group || !session || !started || 'ZXx'.includes(state)) return null;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return {
    pid: Number.parseInt(text, 10),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    state,
    started,
    name: text.slice(text.indexOf('(') + 1, end),
    cpuMs: ticks * tickMs,
    residentBytes: null,
    args: null,
  };
}

/** Parses the output of `ps` with `psFields`. A time is `[[days-]hours:]minutes:seconds`; memory is in kilobytes. */
export function parsePs(text: string): Process[] {
  const processes = text.split('\n').flatMap((line): Process[] => {
    const [pid, parent, group, state = '', time = '', resident, ...rest] = line.trim().split(/\s+/);
    // `lstart` is five words, such as “Mon Jan 5 10:00:00 2026”.
    const args = rest.slice(5);
    if (Number.isNaN(Number(pid || 'none')) || args.length === 0 || state.startsWith('Z')) return [];
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        session: null,
        state: state.charAt(0),
        started: rest.slice(0, 5).join(' '),
        name: args[0]?.split('/').at(-1) ?? '',
        cpuMs: milliseconds(time),
        residentBytes: Number(resident) * 1024,
        args: args.join(' '),
      },
    ];
  });
  // The start is only precise to a second, so the pid decides.
  return processes.sort((a, b) => Date.parse(a.started) - Date.parse(b.started) || a.pid - b.pid);
}

function byStart(a: Process, b: Process): number {
  return Number(a.started) - Number(b.started) || a.pid - b.pid;
}

function milliseconds(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000) || 0;
}
