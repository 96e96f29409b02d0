/**
 * The command `jobdeck` in a folder of its own, which stays the same when the extension or the editor is updated. Each window
 * writes it again, because both are in other folders then.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandFile, commandScript } from '../../shared/client/commandScript.ts';
import { replaceFile } from '../../shared/files/replaceFile.ts';

export interface Launcher {
  readonly folder: string;
  readonly file: string;
}

export function launcherIn(storage: string, platform: NodeJS.Platform = process.platform): Launcher {
  const folder = join(storage, 'bin');
  return { folder, file: join(folder, commandFile(platform)) };
}

/** Writes the command unless it is up to date. Throws system errors. */
export function writeLauncher(
  { folder, file }: Launcher,
  script: string,
  { program = process.execPath, platform = process.platform } = {},
): void {
  const text = commandScript({ program, script }, platform);
  if (contentOf(file) === text) return;
  mkdirSync(folder, { recursive: true });
  replaceFile(file, text, { mode: 0o755 });
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // It is missing or can't be read. Writing it says why.
  }
}
