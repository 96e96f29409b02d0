/** Commands whose processes leave the process group of their job, each in its own way. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

export interface Escape {
  name: string;
  /** A shell line that runs `sleep <seconds>` until it is stopped. */
  line(seconds: string): string;
  /** How many of these processes there are. */
  sleeps: number;
  /** Whether only a cgroup shows that they are the job's. */
  needsCgroup?: boolean;
}

const python = (code: string) => `exec python3 -c '${code}'`;

export const escapes: Escape[] = [
  { name: 'timeout', line: (n) => `timeout 3000 sleep ${n}`, sleeps: 1 },
  { name: 'setsid', line: (n) => `setsid -w sleep ${n}`, sleeps: 1 },
  { name: 'setsid -f', line: (n) => `setsid -f sleep ${n}; exec sleep ${n}`, sleeps: 2 },
  { name: 'nohup', line: (n) => `nohup sleep ${n} & wait`, sleeps: 1 },
  { name: 'a shell with job control', line: (n) => `bash -c 'set -m; sleep ${n} & sleep ${n} & wait'`, sleeps: 2 },
  {
    name: 'a session of Python',
    line: (n) => python(`import subprocess; subprocess.Popen(["sleep", "${n}"], start_new_session=True).wait()`),
    sleeps: 1,
  },
  { name: 'env -i', line: (n) => `env -i setsid -w sleep ${n}`, sleeps: 1 },
  { name: 'exec env -i setsid', line: (n) => `exec env -i setsid sleep ${n}`, sleeps: 1 },
  { name: 'a session without a parent', line: (n) => `(setsid sleep ${n} &); exec sleep ${n}`, sleeps: 2 },
  {
    name: 'a process that ignores SIGTERM',
    line: (n) => `(trap "" TERM; setsid -f sh -c 'trap "" TERM; sleep ${n}; :'); exec sleep ${n}`,
    sleeps: 2,
  },
  {
    name: 'a daemon with another environment',
    line: (n) => `env -i setsid -f sleep ${n}; exec sleep ${n}`,
    sleeps: 2,
  },
  {
    name: 'a daemon that keeps nothing of the job',
    line: (n) => `env -i setsid -f sleep ${n} </dev/null >/dev/null 2>&1; exec sleep ${n}`,
    sleeps: 2,
    needsCgroup: true,
  },
  {
    name: 'a daemon that forks twice',
    line: (n) =>
      python(
        `import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execve("/bin/sleep", ["sleep", "${n}"], {})
    os._exit(0)
os.wait()
os.execvp("sleep", ["sleep", "${n}"])`,
      ),
    sleeps: 2,
  },
];

let last = 0;

/** A number of seconds that no other process on this machine sleeps. */
export function uniqueSeconds(): string {
  last += 1;
  return `3600.${process.pid}${String(last).padStart(4, '0')}`;
}

/** The living processes that run `sleep <seconds>`. */
export function sleepers(seconds: string): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const isSleep = readFileSync(`/proc/${pid}/cmdline`, 'latin1') === `sleep\0${seconds}\0`;
      return isSleep ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

/** Resolves when there are exactly `count` of them. The system has no event for that, so it polls. */
export async function waitForSleepers(seconds: string, count: number): Promise<number[]> {
  for (;;) {
    const found = sleepers(seconds);
    if (found.length === count) return found;
    await setTimeout(10);
  }
}

/** The state letter of a process, such as `T` for stopped; empty if it is gone. */
export function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return '';
  }
}
