/** Where and by whom the command line was called. */
import { statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { JobdeckError } from '../../shared/errors.ts';

export interface Caller {
  cwd: string;
  env: Record<string, string | undefined>;
  createdBy: string | null;
  /** Whether a file of this name exists. */
  isFile(path: string): boolean;
}

/** The caller of this process. CWD_MISSING if its folder has been deleted. */
export function currentCaller(): Caller {
  const cwd = currentFolder();
  return { cwd, env: process.env, createdBy: currentUser(), isFile: (path) => isFile(resolve(cwd, path)) };
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new JobdeckError('CWD_MISSING', `The current folder can't be used: ${said}.`, 'Change to one that exists.');
  }
}

/** `user@host`, or null if the system has no name for the user ID. */
function currentUser(): string | null {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return null;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    // Not a valid file name, such as one that is too long: it is a line for the shell.
    return false;
  }
}
