/** The caller of the command line. */
import { statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { cliError } from '../problems.ts';

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
    const reason = error instanceof Error ? error.message : String(error);
    throw cliError('CWD_MISSING', { reason });
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
    // Not a valid file name, for example too long: it is a shell command line.
    return false;
  }
}
