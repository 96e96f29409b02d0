/** Detects whether a program other than the shell runs in the foreground of a terminal. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** `unknown`: the system does not provide this information. */
export type Foreground = 'busy' | 'prompt' | 'unknown';

/** Checks the terminal of a shell by the shell's process ID. */
export async function foregroundOf(pid: number, platform: NodeJS.Platform = process.platform): Promise<Foreground> {
  if (platform === 'win32') return 'unknown';
  try {
    return platform === 'linux' ? readStat(await readFile(`/proc/${pid}/stat`, 'utf8')) : readPs(await ps(pid));
  } catch {
    // The process or `ps` does not exist.
    return 'unknown';
  }
}

/**
 * Reads `/proc/<pid>/stat` (proc_pid_stat(5)). After the name in parentheses, which may contain any character, follow
 * state, parent, process group, session, terminal and the foreground process group of the terminal.
 */
export function readStat(stat: string): Foreground {
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return compare(group, foreground);
}

/** Reads the output of `ps -o pgid=,tpgid=`. */
export function readPs(output: string): Foreground {
  const [group, foreground] = output.trim().split(/\s+/);
  return compare(group, foreground);
}

function compare(group: string | undefined, foreground: string | undefined): Foreground {
  const [own, front] = [Number(group), Number(foreground)];
  if (!(own > 0) || !(front > 0)) return 'unknown';
  return own === front ? 'prompt' : 'busy';
}

function ps(pid: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('ps', ['-o', 'pgid=,tpgid=', '-p', String(pid)], { timeout: 5_000 }, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
  });
}
