/** Stores the output of attempts in `<root>/<jobId>/<attempt>.log`: raw bytes, stdout and stderr together. */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobdeckError } from '../../shared/errors.ts';
import { logProblem } from '../../shared/messages/logs.ts';
import type { LogFiles } from '../jobs/ports.ts';

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

  /** Size in bytes; null if there is no such file. */
  size(jobId: string, attempt: number): number | null {
    return statSync(this.path(jobId, attempt), { throwIfNoEntry: false })?.size ?? null;
  }

  /** When it last grew, in milliseconds; null if there is no such file. */
  async grewAt(jobId: string, attempt: number): Promise<number | null> {
    try {
      return Math.round((await stat(this.path(jobId, attempt))).mtimeMs);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Deletes all logs of a job. A process that is still writing does not notice. */
  async remove(jobId: string): Promise<void> {
    await rm(this.#folder(jobId), { recursive: true, force: true });
  }

  /**
   * Appends text to an attempt's log, either all of it or nothing. Creates the file and its folders if needed.
   * @throws JobdeckError STORAGE_FULL, STORAGE_FAILED
   */
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
      // Remove what was written, or it would be duplicated when the client sends the report again.
      if (file !== null) ftruncateSync(file, size);
      throw logUnwritable(path, error);
    } finally {
      if (file !== null) closeSync(file);
    }
  }

  /** Opens an attempt's log for appending and creates its folders. The caller closes the descriptor. Throws system errors. */
  open(jobId: string, attempt: number): number {
    const path = this.path(jobId, attempt);
    mkdirSync(this.#folder(jobId), { recursive: true, mode: 0o700 });
    return openSync(path, 'a', 0o600);
  }

  /** An ID is a plain name, so it cannot lead out of the root. */
  #folder(jobId: string): string {
    if (!/^[\w-]{1,100}$/.test(jobId)) throw logProblem('INVALID_REQUEST/jobId', { id: jobId });
    return join(this.#root, jobId);
  }
}

function logUnwritable(path: string, error: unknown): JobdeckError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return logProblem('STORAGE_FULL/log', { path });
  const reason = error instanceof Error ? error.message : String(error);
  return logProblem('STORAGE_FAILED/log', { path, reason });
}
