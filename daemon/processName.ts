/** The name of the daemon's process. */
import { writeFileSync } from 'node:fs';

/** At most 15 bytes. A daemon that a job starts is recognized by it, and is not ended with the job. */
export const daemonName = 'jobdeck-daemon';

/** Names this process on Linux, without changing its command line. */
export function nameProcess(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/comm', daemonName);
  } catch {
    // Without `/proc`, a daemon that a job started isn't recognized, but the processes of jobs aren't found there either.
  }
}
