/** The daemon's home: made for its user alone, and proven to be writable. */
import { chmodSync, lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import { JobdeckError } from '../../shared/errors.ts';

/**
 * Makes the home and its folders, for the user only. What is there already and open to others is closed to them, since
 * tokens, environments and output are kept there; what belongs to somebody else is refused.
 * @throws JobdeckError HOME_UNUSABLE
 */
export function prepareHome(home: string): void {
  try {
    makeFolder(home);
    closeToOthers(home);
    for (const folder of [homeFiles.logs, homeFiles.run]) makeFolder(join(home, folder));
    for (const name of Object.values(homeFiles)) closeToOthers(join(home, name));
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

/** On Windows the rights come from the user's own folder. */
function closeToOthers(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false }) ?? lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || process.getuid === undefined) return;
  const { mode, uid } = found;
  // A folder such as /tmp belongs to everybody: closing it would break the machine, leaving it open leaks.
  if ((mode & 0o1000) !== 0) throw new Error('it is a folder that users share');
  if (uid !== process.getuid()) throw new Error(`${path} belongs to another user`);
  if ((mode & 0o077) !== 0) chmodSync(path, found.isDirectory() ? 0o700 : 0o600);
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
