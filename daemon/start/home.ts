/** The daemon's home folder: private to its user, and checked to be writable. */
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { JobdeckError } from '../../shared/errors.ts';
import { FileRefused } from '../../shared/files/fileRefused.ts';
import { checkRegular } from '../../shared/files/regularFile.ts';
import { fileReason } from '../../shared/messages/files.ts';
import type { Message } from '../../shared/messages/schema.ts';
import { homeReason, startProblem } from '../../shared/messages/start.ts';

const folders = [homeFiles.logs, homeFiles.run, homeFiles.bin, homeFiles.spool];
/** Written by the user, who may keep them elsewhere and link to them. They are only read. */
const usersFiles: readonly string[] = [homeFiles.config, homeFiles.definitions];
/** Opened by SQLite, which blocks on a FIFO. */
const databases = [homeFiles.lock, homeFiles.database].flatMap((file) =>
  ['', '-journal', '-wal', '-shm'].map((end) => `${file}${end}`),
);
/** Without these, neither a full disk nor damage of the database would be handled. */
const safeguards: readonly string[] = [homeFiles.reserve, homeFiles.marker];
const otherFiles = [`${homeFiles.log}.1`, `${homeFiles.database}.suspect`];

/**
 * Creates the home and its folders, accessible to the user only, and returns its path without links. Existing ones that
 * others can read are made private, because they contain tokens, environments and output. Those of another user are
 * rejected, and so are links in place of files that the daemon writes: it would change their targets.
 * @throws JobdeckError HOME_UNUSABLE
 */
export function prepareHome(path: string): string {
  try {
    makeFolder(path);
    checkLink(path);
    const home = realpathSync(path);
    closeToOthers(home);
    for (const name of new Set([...folders, ...Object.values(homeFiles), ...databases, ...otherFiles])) {
      inspect(join(home, name), name);
    }
    for (const folder of [homeFiles.logs, homeFiles.run]) makeFolder(join(home, folder));
    checkWritable(home);
    return home;
  } catch (error) {
    throw homeUnusable(path, error);
  }
}

function checkWritable(home: string): void {
  const probe = join(home, `.writable.${process.pid}`);
  try {
    rmSync(probe, { force: true });
    // An empty file would fit even on a full disk.
    writeFileSync(probe, Buffer.alloc(4096), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // On a full disk, the daemon gives up its reserve.
    if (!isFull(error)) throw error;
  } finally {
    rmSync(probe, { force: true });
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
    if (isFolder(path)) return;
    if (lstatSync(path, ifAny)?.isSymbolicLink()) throw new FileRefused(homeReason('home.danglingLink', { path }));
    throw error;
  }
}

/** The user may have linked the home to another disk. A link of anyone else could lead anywhere. */
function checkLink(path: string): void {
  const found = lstatSync(path);
  if (found.isSymbolicLink() && !isOwn(found, true)) throw new FileRefused(homeReason('home.otherUser', { path }));
}

/** Whether a write failed because the disk is full or the user's quota is used up. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** Does nothing on Windows, where permissions are inherited from the user's folder. */
function closeToOthers(home: string): void {
  const found = lstatSync(home);
  // Restricting a folder such as /tmp would break the machine; leaving it open would leak secrets.
  if (process.getuid !== undefined && (found.mode & 0o1000) !== 0) throw new FileRefused(homeReason('home.shared'));
  makePrivate(home, found);
}

/** Checks one entry of the home. From here on no other user can replace it. */
function inspect(path: string, name: string): void {
  const found = lstatSync(path, ifAny);
  if (found === undefined) return;
  if (found.isSymbolicLink()) {
    inspectLink(path, name, found);
    return;
  }
  // Restricting it would change a file elsewhere, and so would writing to it.
  if (found.isFile() && found.nlink > 1 && !usersFiles.includes(name)) {
    throw new FileRefused(homeReason('home.notFile', { path, reason: fileReason('file.hardLinks') }));
  }
  makePrivate(path, found);
  if (name === homeFiles.logs || name === homeFiles.run) {
    if (!found.isDirectory()) throw new FileRefused(homeReason('home.notFolder', { path }));
  } else if (databases.includes(name) || safeguards.includes(name)) checkFile(path, found);
}

function inspectLink(path: string, name: string, link: Stats): void {
  if (!usersFiles.includes(name)) throw new FileRefused(homeReason('home.link', { path }));
  const target = statSync(path, ifAny);
  if (!isOwn(link, true) || (target !== undefined && !isOwn(target, true))) {
    throw new FileRefused(homeReason('home.otherUser', { path }));
  }
}

function checkFile(path: string, found: Stats): void {
  try {
    checkRegular(found);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw new FileRefused(homeReason('home.notFile', { path, reason: error.reason }));
  }
}

function makePrivate(path: string, found: Stats): void {
  if (process.getuid === undefined) return;
  if (!isOwn(found)) throw new FileRefused(homeReason('home.otherUser', { path }));
  if ((found.mode & 0o077) !== 0) chmodSync(path, found.isDirectory() ? 0o700 : 0o600);
}

/** Whether this user owns it or, if `orRoot`, the administrator does, who can change everything anyway. */
function isOwn({ uid }: Stats, orRoot = false): boolean {
  return process.getuid === undefined || uid === process.getuid() || (orRoot && uid === 0);
}

const ifAny = { throwIfNoEntry: false } as const;

function isFolder(path: string): boolean {
  return statSync(path, ifAny)?.isDirectory() === true;
}

/** The error for a home in which something cannot be read, created or locked. */
export function homeUnusable(home: string, cause: unknown): JobdeckError {
  const error = startProblem('HOME_UNUSABLE', { home, reason: reasonOf(cause) });
  error.cause = cause;
  return error;
}

function reasonOf(cause: unknown): Message | string {
  if (cause instanceof FileRefused) return cause.reason;
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
