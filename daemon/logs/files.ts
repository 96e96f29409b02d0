/** Where the output of attempts is kept: `<root>/<jobId>/<attempt>.log`, raw bytes, stdout and stderr together. */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JobdeckError } from '../../shared/errors.ts';
import type { LogFiles } from '../jobs/ports.ts';

/** Log files below one folder. Files are 0600 and folders 0700: output may hold secrets. */
export class AttemptLogs implements LogFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Absolute path of an attempt's log, whether it exists or not. INVALID_REQUEST for an id that is none. */
  path(jobId: string, attempt: number): string {
    return join(this.#folder(jobId), `${attempt}.log`);
  }

  /** Size in bytes, or null when there is no such file. */
  size(jobId: string, attempt: number): number | null {
    return statSync(this.path(jobId, attempt), { throwIfNoEntry: false })?.size ?? null;
  }

  /** When it last grew, in milliseconds; null when there is no such file. */
  async grewAt(jobId: string, attempt: number): Promise<number | null> {
    try {
      return Math.round((await stat(this.path(jobId, attempt))).mtimeMs);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Deletes all logs of a job; a process that still writes goes on into the void. */
  async remove(jobId: string): Promise<void> {
    await rm(this.#folder(jobId), { recursive: true, force: true });
  }

  /** Adds text to an attempt's log, made with its folders when there is none; all of it or none. STORAGE_FULL, STORAGE_FAILED. */
  append(jobId: string, attempt: number, text: string): void {
    const path = this.path(jobId, attempt);
    let file: number | null = null;
    let size = 0;
    try {
      mkdirSync(this.#folder(jobId), { recursive: true, mode: 0o700 });
      file = openSync(path, 'a', 0o600);
      size = fstatSync(file).size;
      writeFileSync(file, text);
    } catch (error) {
      // A part of it would be there twice when the report comes again.
      if (file !== null) ftruncateSync(file, size);
      throw logUnwritable(path, error);
    } finally {
      if (file !== null) closeSync(file);
    }
  }

  /** Opens an attempt's log for append, with its folders; the caller closes the descriptor. Throws the system's error. */
  open(jobId: string, attempt: number): number {
    const path = this.path(jobId, attempt);
    mkdirSync(this.#folder(jobId), { recursive: true, mode: 0o700 });
    return openSync(path, 'a', 0o600);
  }

  /** An id is one plain name, so that none can lead out of the root. */
  #folder(jobId: string): string {
    if (!/^[\w-]{1,100}$/.test(jobId)) throw new JobdeckError('INVALID_REQUEST', `"${jobId}" is no id of a job.`);
    return join(this.#root, jobId);
  }
}

function logUnwritable(path: string, error: unknown): JobdeckError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const reason = error instanceof Error ? error.message : String(error);
  return new JobdeckError(
    full ? 'STORAGE_FULL' : 'STORAGE_FAILED',
    full ? `The disk is full: the log ${path} takes no more.` : `The log ${path} can't be written: ${reason}.`,
    full ? 'Free some space, then report it again.' : 'Check its permissions and the disk.',
  );
}
