/** The daemon's home: made for its user alone, and proven to be writable. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import { JobdeckError } from '../../shared/errors.ts';

/**
 * Makes the home and its folders, readable by the user only.
 * @throws JobdeckError HOME_UNUSABLE
 */
export function prepareHome(home: string): void {
  try {
    for (const folder of ['', homeFiles.logs, homeFiles.run]) makeFolder(join(home, folder));
    const probe = join(home, `.writable.${process.pid}`);
    try {
      // More than nothing, which even a full disk takes.
      writeFileSync(probe, Buffer.alloc(4096), { mode: 0o600 });
    } finally {
      rmSync(probe, { force: true });
    }
  } catch (error) {
    throw homeUnusable(home, error);
  }
}

/** As `mkdir -p`. Node's own `recursive` never returns where the system says ENOENT to a new folder, as in /proc. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another daemon that starts may just have made it.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The error for a home in which something cannot be read, made or locked. */
export function homeUnusable(home: string, cause: unknown): JobdeckError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  const error = new JobdeckError(
    'HOME_UNUSABLE',
    `Jobdeck can't use its folder ${home}: ${reason}.`,
    'Make it a folder that you can write to, or set JOBDECK_HOME to another one.',
  );
  error.cause = cause;
  return error;
}

const reasons: Record<string, string> = {
  EACCES: 'there is no permission to write there',
  EPERM: 'there is no permission to write there',
  EROFS: 'it is on a read-only disk',
  ENOTDIR: 'a part of that path is a file',
  EEXIST: 'there is a file of that name',
  ENOENT: 'it can’t be made there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};
