/** Who calls the command line, from where. */
import { statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { JobdeckError } from '../../shared/errors.ts';
import type { Caller } from './request.ts';

/** The caller as this process finds it. CWD_MISSING when its folder has been deleted. */
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

/** `user@host`, or null for a user id the system has no name for. */
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
    // A name no file can have, such as one too long: a line for the shell.
    return false;
  }
}
