/**
 * File descriptors that a caller left open for its children, such as the lock of `flock` or the job server of `make`. A
 * process that outlives the caller must not keep them open.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** open(2), on all Linux platforms that Node supports. */
const closeOnExec = 0o2000000;
const accessMode = 0o3;

/** A program with its arguments. */
export interface Started {
  program: string;
  args: string[];
}

/**
 * The descriptors beyond standard input, output and error that this process passes on to its children, on Linux. Node
 * passes none of its own on, so all of them were inherited. It also keeps back inherited ones with low numbers.
 */
export function inheritableDescriptors(): number[] {
  return descriptors().filter(isInheritable);
}

/** All descriptors beyond standard input, output and error, on Linux. */
export function descriptors(): number[] {
  return readdirSync('/proc/self/fdinfo')
    .map(Number)
    .filter((fd) => fd > 2);
}

export function isInheritable(fd: number): boolean {
  const flags = look(fd)?.flags;
  return flags !== undefined && (flags & closeOnExec) === 0;
}

/** Whether a descriptor can only read, and holds no lock. */
export function onlyReads(fd: number): boolean {
  const found = look(fd);
  return found !== null && (found.flags & accessMode) === 0 && !found.isLocked;
}

/** Null if the descriptor is closed, as the one that listed the folder is. proc_pid_fdinfo(5) describes the format. */
function look(fd: number): { flags: number; isLocked: boolean } | null {
  try {
    const text = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
    const flags = /^flags:\s*([0-7]+)/m.exec(text)?.[1];
    return flags === undefined ? null : { flags: Number.parseInt(flags, 8), isLocked: /^lock:/m.test(text) };
  } catch {
    return null;
  }
}

/**
 * Closes inherited descriptors, then runs `"$@"`. Only bash is certain to close those above 9. The variable’s name is one
 * that no environment has, because it would be exported.
 */
const closing = `
for jobdeck_fd in /dev/fd/*; do
  jobdeck_fd=\${jobdeck_fd##*/}
  case $jobdeck_fd in
    [012] | *[!0-9]*) ;;
    [3-9]) eval "exec $jobdeck_fd>&-" ;;
    *) [ -z "\${BASH_VERSION-}" ] || eval "exec $jobdeck_fd>&-" ;;
  esac
done
exec "$@"`;

/** The same program, started so that it inherits no descriptors but standard input, output and error. */
export function withoutDescriptors(started: Started, platform: NodeJS.Platform = process.platform): Started {
  if (platform === 'win32' || (platform === 'linux' && inheritableDescriptors().length === 0)) return started;
  const shell = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'].find(existsSync) ?? '/bin/sh';
  // With `-p`, bash imports no functions or options from the environment.
  const options = shell === '/bin/sh' ? [] : ['-p'];
  const args = [...options, '-c', closing, 'jobdeck', started.program, ...started.args];
  return { program: shell, args };
}
