/** Delivers reports that programs left on disk because no daemon was running when they ended. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';

/**
 * Starts the program that delivers them, if there are any. It is a client of this daemon like any other. Programs that
 * are still running deliver their own reports.
 */
export function collectLeftReports(spool: string, script: string, home: string): void {
  if (filesIn(spool) === 0) return;
  const env = { ...process.env, JOBDECK_HOME: home };
  const child = spawn(process.execPath, [script], { env, detached: true, stdio: 'ignore', windowsHide: true });
  // If it fails, the next program that reports delivers them.
  child.on('error', () => undefined);
  child.unref();
}

function filesIn(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0; // The folder does not exist.
  }
}
