/** Information from the operating system on single processes. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isErrno } from '../errno.ts';
import { readProc } from './proc.ts';
import { parseStat } from './table.ts';

const run = promisify(execFile);

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
  return platform === 'linux' ? (parseStat(readProc(pid, 'stat'))?.started ?? null) : null;
}

/** Whether the process that was started at this time is still alive. */
export function isRunning(pid: number, started: string): boolean {
  return startTime(pid) === started;
}

/** The environment with which a process was started (`NAME=value`). Empty where it can't be read. */
export function environmentOf(pid: number): string[] {
  return readProc(pid, 'environ').split('\0');
}

/** The arguments of a process on Linux. */
export function argumentsOf(pid: number): string[] {
  return readProc(pid, 'cmdline').split('\0');
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
