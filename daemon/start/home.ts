/** The daemon's home: made for its user alone, and proven to be writable. */
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import { JobdeckError } from '../../shared/errors.ts';

/**
 * Makes the home and its folders, readable by the user only.
 * @throws JobdeckError HOME_UNUSABLE
 */
export function prepareHome(home: string): void {
  try {
    makeFolder(home);
    for (const folder of [homeFiles.logs, homeFiles.run]) makeFolder(join(home, folder));
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

/** Makes a folder and those above it. Not by `recursive`: Node then never returns from a place such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another daemon that starts now may have been quicker.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
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
