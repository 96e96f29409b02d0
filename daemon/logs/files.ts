/** Stores the output of attempts in `<root>/<jobId>/<attempt>.log`: raw bytes, stdout and stderr together. */
import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { lstat, readdir, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobdeckError } from '../../shared/errors.ts';
import { FileRefused } from '../../shared/files/fileRefused.ts';
import { openFileSync } from '../../shared/files/regularFile.ts';
import { fileReason } from '../../shared/messages/files.ts';
import { logProblem } from '../../shared/messages/logs.ts';
import { reasonOf } from '../../shared/messages/nested.ts';
import { type LogSize, logSizes } from '../disk/logSizes.ts';
import type { LogFiles } from '../jobs/ports.ts';

const append = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
/** Windows has no such flag. */
const noFollow = constants.O_NOFOLLOW ?? 0;

/** Log files below one folder. Files are 0600 and folders 0700, because output may contain secrets. */
export class AttemptLogs implements LogFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Absolute path of an attempt's log, whether it exists or not.
   * @throws JobdeckError INVALID_REQUEST if `jobId` is not a valid ID
   */
  path(jobId: string, attempt: number): string {
    return join(this.#folder(jobId), `${attempt}.log`);
  }

  /** Size in bytes; null if there is none, or if it is not a file. */
  size(jobId: string, attempt: number): number | null {
    const found = lstatSync(this.path(jobId, attempt), { throwIfNoEntry: false });
    return found?.isFile() ? found.size : null;
  }

  /** The sizes of all logs. */
  all(): Promise<LogSize[]> {
    return logSizes(this.#root);
  }

  /** When it last grew, in milliseconds; null if there is no such file. */
  async grewAt(jobId: string, attempt: number): Promise<number | null> {
    try {
      return Math.round((await lstat(this.path(jobId, attempt))).mtimeMs);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Deletes all logs of a job. A process that is still writing does not notice. */
  async remove(jobId: string): Promise<void> {
    const folder = this.#folder(jobId);
    // A link is deleted itself, not what is in the folder that it names.
    if (await isFolder(folder)) {
      try {
        // Cheaper than `rm`, which is for everything unusual.
        for (const name of await readdir(folder)) await unlink(join(folder, name));
        return await rmdir(folder);
      } catch {}
    }
    await rm(folder, { recursive: true, force: true });
  }

  /**
   * Appends text to an attempt's log, either all of it or nothing. Creates the file and its folders if needed.
   * @throws JobdeckError LOG_UNUSABLE, STORAGE_FULL, STORAGE_FAILED
   */
  append(jobId: string, attempt: number, text: string): void {
    const path = this.path(jobId, attempt);
    let file: number | null = null;
    let size = 0;
    try {
      this.#makeFolder(jobId);
      file = openFileSync(path, { flags: append, own: true });
      size = fstatSync(file).size;
      writeFileSync(file, text);
    } catch (error) {
      // Remove what was written, or it would be duplicated when the client sends the report again.
      if (file !== null) ftruncateSync(file, size);
      throw logUnwritable(path, error);
    } finally {
      if (file !== null) closeSync(file);
    }
  }

  /**
   * Opens an attempt's log for appending and creates its folders. The caller closes the descriptor.
   * @throws JobdeckError LOG_UNUSABLE, or the system's error
   */
  open(jobId: string, attempt: number): number {
    const path = this.path(jobId, attempt);
    try {
      this.#makeFolder(jobId);
      closeSync(openFileSync(path, { flags: append, own: true }));
    } catch (error) {
      if (error instanceof FileRefused) throw logProblem('LOG_UNUSABLE', { path, reason: error.reason });
      throw error;
    }
    // The job inherits this descriptor, so it is opened without O_NONBLOCK.
    return openSync(path, append | noFollow, 0o600);
  }

  /** @throws FileRefused for a link in place of the folder, which could lead to one of another user */
  #makeFolder(jobId: string): void {
    const folder = this.#folder(jobId);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (lstatSync(folder).isSymbolicLink()) throw new FileRefused(fileReason('file.link'));
  }

  /** An ID is a plain name, so it cannot lead out of the root. */
  #folder(jobId: string): string {
    if (!/^[\w-]{1,100}$/.test(jobId)) throw logProblem('INVALID_REQUEST/jobId', { id: jobId });
    return join(this.#root, jobId);
  }
}

function logUnwritable(path: string, error: unknown): JobdeckError {
  if (error instanceof FileRefused) return logProblem('LOG_UNUSABLE', { path, reason: error.reason });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return logProblem('STORAGE_FULL/log', { path });
  return logProblem('STORAGE_FAILED/log', { path, reason: reasonOf(error) });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch {
    return false;
  }
}
