/** The `jobdeck` command in the daemon's home, for jobs on machines where it is not on the PATH. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandLine, commandFile, commandScript } from '../../shared/client/commandScript.ts';
import { replaceFile } from '../../shared/files/replaceFile.ts';

/** Writes the command into `folder`. Jobs run without it, so a failure is only logged. */
export function writeCommand(
  folder: string,
  line: CommandLine,
  onProblem: (error: unknown, about: string) => void,
  platform: NodeJS.Platform = process.platform,
): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    // Atomic, because a job may be starting it at this moment.
    replaceFile(join(folder, commandFile(platform)), commandScript(line, platform), { mode: 0o700 });
  } catch (error) {
    onProblem(error, 'writing the command jobdeck for jobs');
  }
}
