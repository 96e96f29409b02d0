/** A mount namespace of this run's own: what it mounts nobody else sees, and it goes with the last of its processes. */
import { spawnSync } from 'node:child_process';

/** Set in the process that has one. */
const variable = 'JOBDECK_TORTURE_MOUNTS';

/** The program and arguments that run `args` with Node in a mount namespace of its own, or without where that is not allowed. */
export function alone(args: readonly string[]): { command: string; args: string[]; env: NodeJS.ProcessEnv } {
  const way = ways.find(([flags]) => {
    const probe = ['unshare', ...flags, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/mnt'];
    return spawnSync(probe[0] ?? '', probe.slice(1)).status === 0;
  });
  if (way === undefined) return { command: process.execPath, args: [...args], env: process.env };
  const env = { ...process.env, [variable]: '1' };
  return { command: 'unshare', args: [...way[0], process.execPath, ...args], env };
}

/** Root may do it; others where the system lets them have user namespaces. */
const ways: [flags: string[]][] = [[['--mount']], [['--user', '--map-root-user', '--mount']]];

/** Whether this process may mount. */
export function mayMount(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[variable] === '1';
}
