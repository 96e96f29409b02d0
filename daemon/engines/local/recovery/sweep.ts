/** Handles run folders of launches that the engine does not track. */
import { readdir } from 'node:fs/promises';
import type { AttemptRef } from '../../engine.ts';
import { isErrno } from '../errno.ts';
import { assignedCgroup } from '../processes/cgroups.ts';
import { isOurs } from '../processes/launchProof.ts';
import type { Processes } from '../processes/processes.ts';
import { parseRunFolderName, RunFolder, runFolderName } from '../supervising/runFolder.ts';
import { type EndedLaunch, processesOf } from '../tracked.ts';

export interface SweepDeps {
  runDir: string;
  processes: Processes;
  /** The log of an attempt. */
  logOf(ref: AttemptRef): string;
  release(launch: EndedLaunch): Promise<void>;
}

/**
 * Removes the run folders that are not `needed`: their launches were settled, but the daemon exited before it could
 * remove them. Folders of launches that still have processes are kept, and the launches are returned.
 */
export async function sweep(deps: SweepDeps, needed: (name: string) => boolean): Promise<AttemptRef[]> {
  const refs = (await launchesIn(deps.runDir)).filter((ref) => !needed(runFolderName(ref)));
  const kept = await Promise.all(refs.map((ref) => keepIfAlive(ref, deps)));
  return refs.filter((_, index) => kept[index]);
}

async function keepIfAlive(ref: AttemptRef, deps: SweepDeps): Promise<boolean> {
  const launch = await leftLaunch(ref, deps);
  const { processes, folder } = launch;
  const isAlive =
    processes !== null &&
    ((await isOurs(processes.supervisor, folder.path)) || (await deps.processes.look(processes)).length > 0);
  if (!isAlive) await deps.release(launch);
  return isAlive;
}

/** What the run folder of a launch says about it. */
export async function leftLaunch(
  ref: AttemptRef,
  { runDir, logOf }: Pick<SweepDeps, 'runDir' | 'logOf'>,
): Promise<EndedLaunch> {
  const folder = new RunFolder(runDir, runFolderName(ref));
  const cgroup = assignedCgroup(folder.path);
  const supervisor = await folder.pid();
  const launch = { launch: ref, folder, cgroup, log: logOf(ref) };
  return { ref, folder, cgroup, processes: supervisor === null ? null : processesOf(launch, supervisor) };
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
