/** Reads a log by offset, and waits for it to grow without keeping any of it in memory. */
import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileRefused } from '../../shared/files/fileRefused.ts';
import { openFile } from '../../shared/files/regularFile.ts';
import { logProblem } from '../../shared/messages/logs.ts';
import { beyondCut, cutOf } from './cut.ts';

/** Milliseconds between the first change event and the check, so that a busy log is read in larger pieces. */
const coalesceMs = 25;
/** Milliseconds between checks with a file watcher: some file systems accept one and never report. */
const safetyPollMs = 1000;
/** Milliseconds between checks without a file watcher. */
const unwatchedPollMs = 250;

export interface LogSlice {
  /** Offset of the first byte returned. */
  offset: number;
  /** Size of the whole log when it was read. */
  size: number;
  bytes: Buffer;
}

/**
 * Reads at most `limit` bytes from `offset`; a negative offset counts from the end. An offset beyond the end returns no
 * bytes and the offset of the end. One in the removed middle of a log returns what follows, and its offset.
 * @throws JobdeckError LOG_NOT_FOUND, LOG_UNUSABLE
 */
export async function readLog(path: string, { offset, limit }: { offset: number; limit: number }): Promise<LogSlice> {
  const file = await openFile(path, { own: true }).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof FileRefused) throw logProblem('LOG_UNUSABLE', { path, reason: error.reason });
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR' ? logProblem('LOG_NOT_FOUND') : error;
  });
  try {
    const { size } = await file.stat();
    const wanted = Math.min(size, offset < 0 ? Math.max(0, size + offset) : offset);
    const { from, to } = beyondCut(cutOf(path), wanted, size);
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(limit, to - from)));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { offset: from, size: Math.max(size, from + filled), bytes: buffer.subarray(0, filled) };
  } finally {
    await file.close();
  }
}

/**
 * Resolves when the file is larger than `beyond` bytes, when it is deleted or replaced by something else, after `timeoutMs`, or on abort. Never
 * rejects. The file does not have to exist yet.
 */
export async function waitForGrowth(
  path: string,
  beyond: number,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  if (signal?.aborted) return;
  const growth = new Growth(path, beyond);
  const timer = setTimeout(() => growth.stop(), timeoutMs);
  const abort = () => growth.stop();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await growth.wait();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** One wait: watches the file, or its folder while the file is missing, and checks the size. */
class Growth {
  readonly #path: string;
  readonly #beyond: number;
  readonly #done: Promise<void>;
  #stopped = false;
  /** Whether the file existed. It did if the caller has already read some of it. */
  #existed: boolean;
  #watched: string | null = null;
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Whether the next check was scheduled by a change event. */
  #checkingSoon = false;
  #settle: () => void = () => {};

  constructor(path: string, beyond: number) {
    this.#path = path;
    this.#beyond = beyond;
    this.#existed = beyond > 0;
    this.#done = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  async wait(): Promise<void> {
    await this.#check();
    await this.#done;
  }

  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    if (this.#timer) clearTimeout(this.#timer);
    this.#settle();
  }

  /** Checks the size again once the watcher is set up, so that no change in between is missed. */
  async #check(): Promise<void> {
    let size = await this.#size();
    if (!this.#stopped && !this.#isChange(size) && this.#watch(size === null ? dirname(this.#path) : this.#path)) {
      size = await this.#size();
    }
    if (this.#stopped) return;
    if (this.#isChange(size)) this.stop();
    else {
      this.#existed ||= size !== null;
      this.#schedule(this.#watcher ? safetyPollMs : unwatchedPollMs);
    }
  }

  #isChange(size: number | null): boolean {
    return size === null ? this.#existed : size > this.#beyond;
  }

  /** A file that can't be accessed counts as missing; reading it returns the actual error, as for a FIFO. */
  async #size(): Promise<number | null> {
    const found = await lstat(this.#path).catch(() => null);
    if (found === null) return null;
    return found.isFile() ? found.size : Number.POSITIVE_INFINITY;
  }

  /** Returns whether a new watcher was set up. Without one, the size is checked more often. */
  #watch(target: string): boolean {
    if (this.#watched === target) return false;
    this.#unwatch();
    try {
      this.#watcher = watch(target, { persistent: false }, () => this.#schedule(coalesceMs));
    } catch {
      return false;
    }
    this.#watcher.on('error', () => this.#unwatch());
    this.#watched = target;
    return true;
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.#watched = null;
  }

  /** Schedules the next check. One that was scheduled by an event is not postponed. */
  #schedule(delay: number): void {
    if (this.#stopped || this.#checkingSoon) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#checkingSoon = delay === coalesceMs;
    this.#timer = setTimeout(() => {
      this.#checkingSoon = false;
      void this.#check();
    }, delay);
  }
}
