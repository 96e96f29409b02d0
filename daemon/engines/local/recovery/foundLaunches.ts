/** Launches that run folders know of, for a database that has lost them. */
import { join } from 'node:path';
import { readFileSafelySync } from '../../../../shared/files/regularFile.ts';
import { compile } from '../../../../shared/validation.ts';
import { type FoundLaunch, JobRecord } from '../../engine.ts';
import { RunFolder, recordFile, runFolderName } from '../supervising/runFolder.ts';
import { launchesIn } from './sweep.ts';

const maxBytes = 4 * 1024 * 1024;
const check = compile(JobRecord);

/**
 * All launches with a run folder. One that has not started loses its permission to: its job would run without its
 * environment.
 */
export async function foundLaunches(runDir: string): Promise<FoundLaunch[]> {
  const found: FoundLaunch[] = [];
  for (const ref of await launchesIn(runDir)) {
    const folder = new RunFolder(runDir, runFolderName(ref));
    if ((await folder.pid()) === null) await folder.revoke();
    found.push({
      ...ref,
      record: recordIn(folder.path),
      pid: await folder.pid(),
      startedAt: await folder.startedAt(),
      stopRequestedAt: await folder.stopRequestedAt(),
    });
  }
  return found;
}

/** What the run folder of an earlier version doesn't have. */
function recordIn(folder: string): JobRecord | null {
  try {
    const { value, problem } = check(
      JSON.parse(readFileSafelySync(join(folder, recordFile), { limit: maxBytes, own: true })),
    );
    return problem === null ? value : null;
  } catch {
    return null;
  }
}
