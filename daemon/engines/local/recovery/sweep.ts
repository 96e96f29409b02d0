/** Handles run folders of launches that the engine does not track. */
import { readdir } from 'node:fs/promises';
import type { AttemptRef } from '../../engine.ts';
import { isErrno } from '../errno.ts';
import { environmentMark } from '../launching/environment.ts';
import { type KillOptions, killProcesses, verifiedMembers } from '../processes/kill.ts';
import { isOurs } from '../processes/launchProof.ts';
import { parseRunFolderName, RunFolder, runFolderName } from '../supervising/runFolder.ts';

/**
 * Removes the run folders that are not `needed`: their launches were settled, but the daemon exited before it could
 * remove them. Folders of launches that still have processes are kept, and the launches are returned.
 */
export async function sweep(runDir: string, needed: (name: string) => boolean): Promise<AttemptRef[]> {
  const kept: AttemptRef[] = [];
  for (const ref of await launchesIn(runDir)) {
    const name = runFolderName(ref);
    if (needed(name)) continue;
    const folder = new RunFolder(runDir, name);
    const pid = await folder.pid();
    if (pid !== null && (await hasProcesses(pid, folder, ref))) kept.push(ref);
    else await folder.remove();
  }
  return kept;
}

/** Whether any process is left. If the supervisor was killed, its command may still be running. */
async function hasProcesses(supervisor: number, folder: RunFolder, ref: AttemptRef): Promise<boolean> {
  const processes = { supervisor, runFolder: folder.path, mark: environmentMark(ref, folder.token()) };
  return (await isOurs(supervisor, folder.path)) || (await verifiedMembers(processes, new Set())) !== null;
}

/** Removes the run folder of a launch unless its supervisor is running, for example because the database was replaced. */
export async function discardRunFolder(runDir: string, ref: AttemptRef): Promise<void> {
  const folder = new RunFolder(runDir, runFolderName(ref));
  const pid = await folder.pid();
  if (pid === null || !(await isOurs(pid, folder.path))) await folder.remove();
}

/** The launches that have a run folder. */
export async function launchesIn(runDir: string): Promise<AttemptRef[]> {
  try {
    return (await readdir(runDir)).flatMap((name) => parseRunFolderName(name) ?? []);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Kills all processes of an untracked launch. Resolves when none is left, or when `signal` aborts. */
export async function killOrphan(runDir: string, ref: AttemptRef, options: KillOptions): Promise<void> {
  const folder = new RunFolder(runDir, runFolderName(ref));
  await folder.revoke();
  const supervisor = await folder.pid();
  if (supervisor !== null) {
    await killProcesses({ supervisor, runFolder: folder.path, mark: environmentMark(ref, folder.token()) }, options)
      .done;
  }
  if (!options.signal.aborted) await folder.remove();
}
