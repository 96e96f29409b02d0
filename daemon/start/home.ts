/** The daemon's home folder: private to its user, and checked to be writable. */
import { chmodSync, lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { JobdeckError } from '../../shared/errors.ts';
import type { Message } from '../../shared/messages/schema.ts';
import { homeReason, startProblem } from '../../shared/messages/start.ts';

/**
 * Creates the home and its folders, accessible to the user only. Existing ones that others can read are made private,
 * because they contain tokens, environments and output. Those of another user are rejected.
 * @throws JobdeckError HOME_UNUSABLE
 */
export function prepareHome(home: string): void {
  try {
    makeFolder(home);
    makePrivate(home);
    for (const folder of [homeFiles.logs, homeFiles.run]) makeFolder(join(home, folder));
    for (const name of Object.values(homeFiles)) makePrivate(join(home, name));
    const probe = join(home, `.writable.${process.pid}`);
    try {
      // An empty file would fit even on a full disk.
      writeFileSync(probe, Buffer.alloc(4096), { mode: 0o600 });
    } finally {
      rmSync(probe, { force: true });
    }
  } catch (error) {
    throw homeUnusable(home, error);
  }
}

/** Like `mkdir -p`. Node's `recursive` never returns where the system answers ENOENT for a new folder, as in /proc. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another daemon may have created it in the meantime.
    if (!isFolder(path)) throw error;
  }
}

/** Does nothing on Windows, where permissions are inherited from the user's folder. */
function makePrivate(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false }) ?? lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || process.getuid === undefined) return;
  const { mode, uid } = found;
  // Restricting a folder such as /tmp would break the machine; leaving it open would leak secrets.
  if ((mode & 0o1000) !== 0) throw new HomeRefused(homeReason('home.shared'));
  if (uid !== process.getuid()) throw new HomeRefused(homeReason('home.otherUser', { path }));
  if ((mode & 0o077) !== 0) chmodSync(path, found.isDirectory() ? 0o700 : 0o600);
}

/** Why the home is rejected although the system allows it. */
class HomeRefused extends Error {
  readonly reason: Message;

  constructor(reason: Message) {
    super(reason.message);
    this.reason = reason;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The error for a home in which something cannot be read, created or locked. */
export function homeUnusable(home: string, cause: unknown): JobdeckError {
  const error = startProblem('HOME_UNUSABLE', { home, reason: reasonOf(cause) });
  error.cause = cause;
  return error;
}

function reasonOf(cause: unknown): Message | string {
  if (cause instanceof HomeRefused) return cause.reason;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
}

const reasons: Readonly<Record<string, Message>> = {
  EACCES: homeReason('home.noPermission'),
  EPERM: homeReason('home.noPermission'),
  EROFS: homeReason('home.readOnly'),
  ENOTDIR: homeReason('home.pathHasFile'),
  EEXIST: homeReason('home.isFile'),
  ENOENT: homeReason('home.cannotCreate'),
  ENOSPC: homeReason('home.diskFull'),
  EDQUOT: homeReason('home.quota'),
};
