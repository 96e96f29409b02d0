/** Information from the operating system on single processes. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isErrno } from '../errno.ts';
import { readProc } from './proc.ts';

const run = promisify(execFile);

/** Whether the process is alive and its command line contains this run folder, which is unique to it. */
export async function isOurs(
  pid: number,
  runFolder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  if (!processExists(pid)) return false;
  if (platform === 'linux') return readProc(pid, 'cmdline').split('\0').includes(runFolder);
  return (await commandLine(pid, platform)).includes(runFolder);
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

/** A process's command line; empty if it has none or is gone. */
async function commandLine(pid: number, platform: NodeJS.Platform): Promise<string> {
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
