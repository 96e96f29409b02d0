/**
 * Runs processes in a private mount namespace: its mounts are invisible outside and disappear with its last process.
 */
import { spawnSync } from 'node:child_process';

/** Set in processes that run in such a namespace. */
const variable = 'JOBDECK_TORTURE_MOUNTS';

/** The command that runs `args` with Node in a private mount namespace, or without one if that is not allowed. */
export function inMountNamespace(args: readonly string[]): { command: string; args: string[]; env: NodeJS.ProcessEnv } {
  const way = ways.find(([flags]) => {
    const probe = ['unshare', ...flags, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/mnt'];
    return spawnSync(probe[0] ?? '', probe.slice(1)).status === 0;
  });
  if (way === undefined) return { command: process.execPath, args: [...args], env: process.env };
  const env = { ...process.env, [variable]: '1' };
  return { command: 'unshare', args: [...way[0], process.execPath, ...args], env };
}

// Allowed for root, and for others if the system permits user namespaces.
const ways: [flags: string[]][] = [[['--mount']], [['--user', '--map-root-user', '--mount']]];

/** Whether this process can mount file systems. */
export function mayMount(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[variable] === '1';
}
