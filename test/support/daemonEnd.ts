/** Ends daemons started by tests, including their jobs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { DaemonInfo } from '../../shared/daemon.ts';
import { commandLine, killJobs } from '../daemon/harness.ts';

/** The contents of daemon.json in this home, or null. */
export function daemonInfo(home: string): DaemonInfo | null {
  const file = join(home, homeFiles.info);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Kills the daemon of this home and its running jobs. Does nothing if there are none. */
export function endDaemon(home: string): void {
  const info = daemonInfo(home);
  // A killed daemon leaves its file behind, and the PID may have been reused.
  if (info !== null && commandLine(info.pid).includes('daemon.js')) process.kill(info.pid, 'SIGKILL');
  killJobs(home);
}
