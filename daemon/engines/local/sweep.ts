/** Clearing run folders that nothing needs any more. */
import { readdir } from 'node:fs/promises';
import { isOurs } from './process.ts';
import { isRunFolderName, RunFolder } from './runFolder.ts';

/**
 * Removes the run folders that are not `needed`: their launches were settled, but the daemon died before it could
 * remove them. A folder in which a supervisor works stays in any case, as when its job is unknown to a new database.
 */
export async function sweep(runDir: string, needed: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(runDir)) {
    if (!isRunFolderName(name) || needed(name)) continue;
    const folder = new RunFolder(runDir, name);
    const pid = await folder.pid();
    if (pid === null || !(await isOurs(pid, folder.path))) await folder.remove();
  }
}
