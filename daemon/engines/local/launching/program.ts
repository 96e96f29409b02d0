/** Finds the program of a command as `exec` does. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { userPaths } from '../../../files/userPaths.ts';

/** The folders that POSIX systems search if PATH is not set. */
const defaultPath = '/usr/bin:/bin';

export interface Program {
  path: string;
  executable: boolean;
}

/** The file that `exec` would run for this name, otherwise a file of this name that is not executable, otherwise null. */
export async function findProgram(name: string, cwd: string, searchPath = defaultPath): Promise<Program | null> {
  if (name === '') return null;
  const paths = name.includes('/') ? [resolve(cwd, name)] : inFolders(name, cwd, searchPath);
  let present: Program | null = null;
  for (const path of paths) {
    const executable = await isExecutable(path);
    if (executable) return { path, executable };
    if (executable === false) present ??= { path, executable };
  }
  return present;
}

/** An empty entry of PATH stands for the current folder. */
function inFolders(name: string, cwd: string, searchPath: string): string[] {
  return searchPath.split(':').map((folder) => join(resolve(cwd, folder), name));
}

/** Null if the file does not exist or can't be inspected. A folder is never executable. */
async function isExecutable(path: string): Promise<boolean | null> {
  try {
    return await userPaths.access(dirname(path), async () => {
      if (!(await stat(path)).isFile()) return false;
      return access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
    });
  } catch {
    return null;
  }
}
