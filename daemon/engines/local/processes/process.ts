/** Information from the operating system that proves which processes are a job's. No others are ever signalled. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { isErrno } from '../errno.ts';

const run = promisify(execFile);

/** A living member of a process group. `started` distinguishes it from another process with the same pid. */
export interface GroupMember {
  pid: number;
  started: string;
}

/** Whether a process with this pid exists, including a zombie. Starts no other program to find out. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

/** When the system started a process, in its own unit. Null if the process is gone, or where that would be expensive. */
export function startTime(pid: number, platform: NodeJS.Platform = process.platform): string | null {
  const stat = platform === 'linux' ? parseStat(read(`/proc/${pid}/stat`)) : null;
  return stat === null || stat.ended ? null : stat.started;
}

/** Whether the process that was started at this time is still alive. */
export function isRunning(pid: number, started: string): boolean {
  return startTime(pid) === started;
}

/** The living members of a process group. Empty on Windows, which has no process groups. */
export async function groupMembers(
  group: number,
  platform: NodeJS.Platform = process.platform,
): Promise<GroupMember[]> {
  if (platform === 'win32' || !processExists(-group)) return [];
  if (platform !== 'linux') {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,pgid=,stat=,lstart='], { maxBuffer: 1 << 26 });
    return membersInPs(stdout, group);
  }
  return readStats().flatMap(({ pid, stat }) => (stat.group === group ? [{ pid, started: stat.started }] : []));
}

/** All living processes on Linux. */
export function readStats(): { pid: number; stat: Stat }[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const stat = parseStat(read(`/proc/${pid}/stat`));
    return stat === null || stat.ended ? [] : [{ pid: Number(pid), stat }];
  });
}

/** The fields of `/proc/<pid>/stat` that are used here. */
export interface Stat {
  group: number;
  /** The state letter. */
  state: string;
  ended: boolean;
  started: string;
}

/** Whether the process was started with these environment entries (`NAME=value`). False where they can't be read. */
export function hasEnvironment(pid: number, entries: string[], platform: NodeJS.Platform = process.platform): boolean {
  if (platform !== 'linux') return false;
  const environment = new Set(environmentOf(pid));
  return entries.every((entry) => environment.has(entry));
}

/** The environment with which a process was started (`NAME=value`). Empty where it can't be read. */
export function environmentOf(pid: number): string[] {
  return read(`/proc/${pid}/environ`).split('\0');
}

/** The arguments of a process on Linux. */
export function argumentsOf(pid: number): string[] {
  return read(`/proc/${pid}/cmdline`).split('\0');
}

/** Parses `/proc/<pid>/stat`, see proc(5). The name in parentheses may contain anything, so fields are counted after it. */
export function parseStat(text: string): Stat | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, group, started] = [fields[0], fields[2], fields[19]];
  if (!state || !group || !started) return null;
  return { group: Number(group), state, ended: state === 'Z' || state === 'X', started };
}

/** Finds the members of a group in the output of `ps -o pid=,pgid=,stat=,lstart=`. */
export function membersInPs(text: string, group: number): GroupMember[] {
  return text.split('\n').flatMap((line) => {
    const [pid, pgid, state, ...started] = line.trim().split(/\s+/);
    return Number(pgid) === group && !state?.startsWith('Z') ? [{ pid: Number(pid), started: started.join(' ') }] : [];
  });
}

/** A process's command line; empty if it has none or is gone. */
export async function commandLine(pid: number, platform: NodeJS.Platform): Promise<string> {
  const query = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
  const [program, args]: [string, string[]] =
    platform === 'win32'
      ? ['powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query]]
      : ['ps', ['-ww', '-o', 'args=', '-p', String(pid)]];
  try {
    return (await run(program, args, { windowsHide: true })).stdout;
  } catch (error) {
    // `ps` exits with 1 if there is no such process. ENOENT means that `ps` itself is missing.
    if (isErrno(error, 'ENOENT')) throw error;
    return '';
  }
}

/** A file in /proc; empty if the process is gone or belongs to another user. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
