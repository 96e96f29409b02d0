/** Whether something else than the shell itself runs in a terminal's foreground: what the system knows of it. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** `unknown`: the system does not tell, or not of this process. */
export type Foreground = 'busy' | 'prompt' | 'unknown';

/** Looks at the terminal of a shell, by the shell's process id. */
export async function foregroundOf(pid: number, platform: NodeJS.Platform = process.platform): Promise<Foreground> {
  if (platform === 'win32') return 'unknown';
  try {
    return platform === 'linux' ? readStat(await readFile(`/proc/${pid}/stat`, 'utf8')) : readPs(await ps(pid));
  } catch {
    // There is no such process, or no such program: either way nobody knows.
    return 'unknown';
  }
}

/**
 * Of `/proc/<pid>/stat` (proc_pid_stat(5)): behind the name in parentheses, which may hold anything, come state, parent,
 * process group, session, terminal and the terminal's foreground process group.
 */
export function readStat(stat: string): Foreground {
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return compare(group, foreground);
}

/** Of `ps -o pgid=,tpgid=`: the two numbers. */
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
