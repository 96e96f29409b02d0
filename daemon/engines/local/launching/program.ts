/** Finding the program a command names, the way `exec` does. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** What POSIX systems search when there is no PATH. */
const defaultPath = '/usr/bin:/bin';

export interface Program {
  path: string;
  executable: boolean;
}

/** The file that `exec` of this name would run in that folder, else one that is there but may not be run, else null. */
export async function findProgram(name: string, cwd: string, searchPath = defaultPath): Promise<Program | null> {
  if (name === '') return null;
  const places = name.includes('/') ? [resolve(cwd, name)] : inFolders(name, cwd, searchPath);
  let present: Program | null = null;
  for (const path of places) {
    const executable = await isExecutable(path);
    if (executable) return { path, executable };
    if (executable === false) present ??= { path, executable };
  }
  return present;
}

/** An empty entry of PATH is the current folder. */
function inFolders(name: string, cwd: string, searchPath: string): string[] {
  return searchPath.split(':').map((folder) => join(resolve(cwd, folder), name));
}

/** Null when there is nothing, or nothing that can be seen. A folder is never executable. */
async function isExecutable(path: string): Promise<boolean | null> {
  try {
    if (!(await stat(path)).isFile()) return false;
  } catch {
    return null;
  }
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
