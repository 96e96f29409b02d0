/** Run folders of launches that nobody follows. */
import { readdir } from 'node:fs/promises';
import type { AttemptRef } from '../../engine.ts';
import { isErrno } from '../errno.ts';
import { environmentMark } from '../launching/environment.ts';
import { killProcesses, provenGroup, type StopOptions } from '../processes/kill.ts';
import { isOurs } from '../processes/process.ts';
import { launchOfName, RunFolder, runFolderName } from '../supervising/runFolder.ts';

/**
 * Removes the run folders that are not `needed`: their launches were settled, but the daemon died before it could
 * remove them. Those of which processes are left stay, and are returned.
 */
export async function sweep(runDir: string, needed: (name: string) => boolean): Promise<AttemptRef[]> {
  const kept: AttemptRef[] = [];
  for (const ref of await launchesIn(runDir)) {
    const name = runFolderName(ref);
    if (needed(name)) continue;
    const folder = new RunFolder(runDir, name);
    const pid = await folder.pid();
    if (pid !== null && (await isAtWork(pid, folder, ref))) kept.push(ref);
    else await folder.remove();
  }
  return kept;
}

/** A supervisor that was killed may have left what it watched over. */
async function isAtWork(supervisor: number, { path }: RunFolder, ref: AttemptRef): Promise<boolean> {
  const processes = { supervisor, runFolder: path, mark: environmentMark(ref) };
  return (await isOurs(supervisor, path)) || (await provenGroup(processes, new Set())) !== null;
}

/** Removes the run folder of a launch, unless a supervisor works in it, as when its job is unknown to a new database. */
export async function leaveUnfollowed(runDir: string, ref: AttemptRef): Promise<void> {
  const folder = new RunFolder(runDir, runFolderName(ref));
  const pid = await folder.pid();
  if (pid === null || !(await isOurs(pid, folder.path))) await folder.remove();
}

/** The launches that have a run folder. */
export async function launchesIn(runDir: string): Promise<AttemptRef[]> {
  try {
    return (await readdir(runDir)).flatMap((name) => launchOfName(name) ?? []);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Kills what there is of a launch that nobody follows. Resolves when nothing of it is left, or `signal` aborts. */
export async function killUnfollowed(
  runDir: string,
  ref: AttemptRef,
  options: Omit<StopOptions, 'graceMs'>,
): Promise<void> {
  const folder = new RunFolder(runDir, runFolderName(ref));
  await folder.revoke();
  const supervisor = await folder.pid();
  if (supervisor !== null) {
    await killProcesses({ supervisor, runFolder: folder.path, mark: environmentMark(ref) }, options).over;
  }
  if (!options.signal.aborted) await folder.remove();
}
