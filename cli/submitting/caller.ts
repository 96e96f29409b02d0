/** The caller of the command line. */
import { statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { callerProcess } from '../../shared/client/callerProcess.ts';
import type { ProcessSettings } from '../../shared/job.ts';
import { cliError } from '../problems.ts';

export interface Caller {
  cwd: string;
  env: Record<string, string | undefined>;
  createdBy: string | null;
  /** The umask, nice value and resource limits that a job gets. */
  process?: ProcessSettings;
  /** Whether a file of this name exists. */
  isFile(path: string): boolean;
}

/**
 * The caller of this process. If its folder has been deleted, `folder` takes its place if it is absolute.
 * @throws JobdeckError CWD_MISSING
 */
export function currentCaller(folder?: string): Caller {
  const cwd = currentFolder(folder);
  return {
    cwd,
    env: process.env,
    createdBy: currentUser(),
    process: callerProcess(),
    isFile: (path) => isFile(resolve(cwd, path)),
  };
}

/** The folder in which this process runs; see `currentCaller`. */
export function currentFolder(instead?: string): string {
  try {
    return process.cwd();
  } catch (error) {
    if (instead !== undefined && isAbsolute(instead)) return instead;
    throw ofFolder(error);
  }
}

/** The error of a relative path when the current folder can’t be used. Any other error is returned unchanged. */
export function ofFolder(error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd')) return error;
  if ('code' in error && error.code === 'ENOENT') return cliError('CWD_MISSING/deleted');
  return cliError('CWD_MISSING', { reason: error.message });
}

/** `user@host`, or null if the system has no name for the user ID. */
export function currentUser(): string | null {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return null;
  }
}

/** Whether a file of this name exists. */
export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    // Not a valid file name, for example too long: it is a shell command line.
    return false;
  }
}
