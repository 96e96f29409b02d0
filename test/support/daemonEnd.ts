/** The end of a daemon that a test started, with all its jobs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { DaemonInfo } from '../../shared/protocol.ts';
import { commandLine, killJobs } from '../daemon/harness.ts';

/** What the daemon in this home says of itself, or null when none does. */
export function daemonInfo(home: string): DaemonInfo | null {
  const file = join(home, homeFiles.info);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Kills the daemon of this home and what still runs of its jobs. None there is no error. */
export function endDaemon(home: string): void {
  const info = daemonInfo(home);
  // Its file stays behind when a daemon was killed; the pid may be another process's by now.
  if (info !== null && commandLine(info.pid).includes('daemon.js')) process.kill(info.pid, 'SIGKILL');
  killJobs(home);
}
