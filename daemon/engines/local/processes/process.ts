/** What the operating system says about processes, so that only those that are provably a job's are ever signalled. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { isErrno } from '../errno.ts';

const run = promisify(execFile);

/** A living member of a process group. `started` tells it from another process with the same pid. */
export interface GroupMember {
  pid: number;
  started: string;
}

/** Whether the process lives and its command line names this run folder, which no other process ever had. */
export async function isOurs(
  pid: number,
  runFolder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  if (!isThere(pid)) return false;
  if (platform === 'linux') return read(`/proc/${pid}/cmdline`).split('\0').includes(runFolder);
  return (await commandLine(pid, platform)).includes(runFolder);
}

/** Whether there is a process with this pid, or one that has ended and was not collected yet. Asks nobody to run. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

/** The living members of a process group. Empty on Windows, which has none. */
export async function groupMembers(
  group: number,
  platform: NodeJS.Platform = process.platform,
): Promise<GroupMember[]> {
  if (platform === 'win32' || !isThere(-group)) return [];
  if (platform !== 'linux') {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,pgid=,stat=,lstart='], { maxBuffer: 1 << 26 });
    return membersInPs(stdout, group);
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const stat = parseStat(read(`/proc/${pid}/stat`));
    return stat?.group === group && !stat.ended ? [{ pid: Number(pid), started: stat.started }] : [];
  });
}

/** Whether the process was given these entries (`NAME=value`) in its environment. False where that can't be seen. */
export function carries(pid: number, entries: string[], platform: NodeJS.Platform = process.platform): boolean {
  if (platform !== 'linux') return false;
  const environment = new Set(read(`/proc/${pid}/environ`).split('\0'));
  return entries.every((entry) => environment.has(entry));
}

/** `/proc/<pid>/stat`, see proc(5). The name in parentheses may hold anything, so fields count from its end. */
export function parseStat(text: string): { group: number; ended: boolean; started: string } | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, group, started] = [fields[0], fields[2], fields[19]];
  if (!state || !group || !started) return null;
  return { group: Number(group), ended: state === 'Z' || state === 'X', started };
}

/** Members of a group in what `ps -o pid=,pgid=,stat=,lstart=` prints. */
export function membersInPs(text: string, group: number): GroupMember[] {
  return text.split('\n').flatMap((line) => {
    const [pid, pgid, state, ...started] = line.trim().split(/\s+/);
    return Number(pgid) === group && !state?.startsWith('Z') ? [{ pid: Number(pid), started: started.join(' ') }] : [];
  });
}

/** A process's command line; empty when it has none or is gone. */
async function commandLine(pid: number, platform: NodeJS.Platform): Promise<string> {
  const query = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
  const [program, args]: [string, string[]] =
    platform === 'win32'
      ? ['powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query]]
      : ['ps', ['-ww', '-o', 'args=', '-p', String(pid)]];
  try {
    return (await run(program, args, { windowsHide: true })).stdout;
  } catch (error) {
    // `ps` ends with 1 when there is no such process; that it can't be run at all is an error.
    if (isErrno(error, 'ENOENT')) throw error;
    return '';
  }
}

/** A file of /proc; empty when the process is gone or another user's. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
