/** Reports that programs have left on disk because there was no daemon when they ended. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';

/**
 * Starts the program that delivers them, when there are any: it does it as any client of this daemon would. Programs
 * that still run deliver theirs themselves.
 */
export function collectLeftReports(spool: string, script: string, home: string): void {
  if (filesIn(spool) === 0) return;
  const env = { ...process.env, JOBDECK_HOME: home };
  const child = spawn(process.execPath, [script], { env, detached: true, stdio: 'ignore', windowsHide: true });
  // Then the next program that reports delivers them.
  child.on('error', () => undefined);
  child.unref();
}

function filesIn(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0; // There is no such folder.
  }
}
