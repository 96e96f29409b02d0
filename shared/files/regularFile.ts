/**
 * Opens files without trusting their paths: opening a FIFO blocks, a device never ends, and a link may lead to a file of
 * another user. Only regular files are opened, and never more is read than a limit.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { fileReason } from '../messages/files.ts';
import { FileRefused } from './fileRefused.ts';

/** Bytes of a file for whose growth little space is set aside. */
const smallSize = 1_024;

/** Windows has neither of these flags, nor FIFOs. */
const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_NONBLOCK = 0, O_NOCTTY = 0, O_NOFOLLOW = 0 } = constants;

export interface OpenOptions {
  /** Flags of open(2); reading by default. */
  flags?: number;
  /** Mode of a file that is created. */
  mode?: number;
  /**
   * A file that only Jobdeck writes: neither a link nor a file of another user is accepted and, for writing, none that
   * has other names.
   */
  own?: boolean;
}

export interface ReadOptions {
  /** Bytes beyond which the file is refused. */
  limit: number;
  own?: boolean;
}

/**
 * Opens a regular file and returns its descriptor. Never blocks on a FIFO.
 * @throws FileRefused, or the system's error
 */
export function openFileSync(path: string, options: OpenOptions = {}): number {
  const found = options.own ? lstatSync(path, ifAny) : statSync(path, ifAny);
  if (found !== undefined) checkRegular(found, options);
  else if (isLink(path)) throw new FileRefused(fileReason('file.danglingLink'));
  const file = openSync(path, flagsOf(options), options.mode ?? 0o600);
  try {
    checkRegular(fstatSync(file), options);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** As `openFileSync`, in the thread pool. */
export async function openFile(path: string, options: OpenOptions = {}): Promise<FileHandle> {
  const found = await (options.own ? lstat(path) : stat(path)).catch(ifMissing);
  if (found !== null) checkRegular(found, options);
  else if ((await lstat(path).catch(ifMissing))?.isSymbolicLink())
    throw new FileRefused(fileReason('file.danglingLink'));
  const file = await open(path, flagsOf(options), options.mode ?? 0o600);
  try {
    checkRegular(await file.stat(), options);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The text of a regular file.
 * @throws FileRefused, or the system's error
 */
export function readFileSafelySync(path: string, { limit, own = false }: ReadOptions): string {
  const file = openFileSync(path, { own });
  try {
    const bytes = spaceFor(fstatSync(file), limit);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    return textOf(bytes, length, limit);
  } finally {
    closeSync(file);
  }
}

/** As `readFileSafelySync`, in the thread pool. */
export async function readFileSafely(path: string, { limit, own = false }: ReadOptions): Promise<string> {
  const file = await openFile(path, { own });
  try {
    const bytes = spaceFor(await file.stat(), limit);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = (await file.read(bytes, length, bytes.length - length, null)).bytesRead;
    }
    return textOf(bytes, length, limit);
  } finally {
    await file.close();
  }
}

/**
 * A file may grow while it is read, and one in /proc has a size of 0. Small buffers come from a pool of Node: thousands
 * of small files are read when a daemon starts.
 */
function spaceFor({ size }: Stats, limit: number): Buffer {
  if (size > limit) throw new FileRefused(fileReason('file.tooLarge', { limit }));
  const growth = size > 0 && size <= smallSize ? smallSize : 65_536;
  return Buffer.allocUnsafe(Math.min(limit + 1, size + growth));
}

function textOf(bytes: Buffer, length: number, limit: number): string {
  if (length > limit) throw new FileRefused(fileReason('file.tooLarge', { limit }));
  return bytes.toString('utf8', 0, length);
}

/**
 * Refuses anything but a regular file.
 * @throws FileRefused
 */
export function checkRegular(found: Stats, { own = false, flags = O_RDONLY }: OpenOptions = {}): void {
  if (found.isSymbolicLink()) throw new FileRefused(fileReason('file.link'));
  if (found.isDirectory()) throw new FileRefused(fileReason('file.folder'));
  if (found.isFIFO()) throw new FileRefused(fileReason('file.fifo'));
  if (found.isSocket()) throw new FileRefused(fileReason('file.socket'));
  if (!found.isFile()) throw new FileRefused(fileReason('file.device'));
  if (own && process.getuid !== undefined && found.uid !== process.getuid())
    throw new FileRefused(fileReason('file.otherUser'));
  if (own && found.nlink > 1 && (flags & (O_WRONLY | O_RDWR)) !== 0)
    throw new FileRefused(fileReason('file.hardLinks'));
}

const ifAny = { throwIfNoEntry: false } as const;

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}

function isLink(path: string): boolean {
  return lstatSync(path, ifAny)?.isSymbolicLink() === true;
}

/** A new file is never created through a link. */
function flagsOf({ flags = O_RDONLY, own = false }: OpenOptions): number {
  const noLink = own || (flags & O_CREAT) !== 0;
  return flags | O_NONBLOCK | O_NOCTTY | (noLink ? O_NOFOLLOW : 0);
}
