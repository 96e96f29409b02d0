/** Refuses a home whose jobs may be running in another container or on another machine. */
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import { startProblem } from '../../shared/messages/start.ts';
import { BootRecord } from '../engines/local/recovery/boot.ts';
import { launchesIn } from '../engines/local/recovery/sweep.ts';
import { RunFolder, runFolderName } from '../engines/local/supervising/runFolder.ts';

/**
 * Processes of another place can't be seen from here, so their jobs would seem to have ended, and could be run twice.
 * With `takeOver`, the user says that they are gone.
 * @throws JobdeckError HOME_IN_USE
 */
export async function refuseJobsElsewhere(home: string, takeOver: boolean): Promise<void> {
  const runDir = join(home, homeFiles.run);
  const { relation, host } = new BootRecord(join(runDir, 'boot')).read();
  if (relation !== 'elsewhere' || takeOver) return;
  const open = await Promise.all(
    (await launchesIn(runDir)).map(async (ref) => (await new RunFolder(runDir, runFolderName(ref)).outcome()) === null),
  );
  const count = open.filter(Boolean).length;
  if (count > 0) throw startProblem('HOME_IN_USE/jobs', { home, host, count });
}
