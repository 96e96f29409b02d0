/** Reading a log by offset, and waiting for more of it without keeping anything in memory. */
import { type FSWatcher, watch } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { JobdeckError } from '../../shared/errors.ts';

/** How long after the first news of growth to let more arrive, so that a busy log is read in bigger pieces. */
const coalesceMs = 25;
/** Looks beside the watch: some file systems take a watch and never report. */
const safetyPollMs = 1000;
const unwatchedPollMs = 250;

export interface LogSlice {
  /** Offset of the first byte returned. */
  offset: number;
  /** Size of the whole log when it was read. */
  size: number;
  bytes: Buffer;
}

/**
 * At most `limit` bytes from `offset`; a negative one counts from the end. An offset beyond the end gives no bytes, at
 * the end. LOG_NOT_FOUND when there is no such file.
 */
export async function readLog(path: string, { offset, limit }: { offset: number; limit: number }): Promise<LogSlice> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR' ? logNotFound() : error;
  });
  try {
    const { size } = await file.stat();
    const from = Math.min(size, offset < 0 ? Math.max(0, size + offset) : offset);
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(limit, size - from)));
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
 * Resolves when the file is larger than `beyond` bytes, when it disappears, after `timeoutMs`, or on abort; never
 * rejects. The file need not exist yet.
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

/** One wait: a watch on the file, or on its folder while it is missing, and looks at its size. */
class Growth {
  readonly #path: string;
  readonly #beyond: number;
  readonly #over: Promise<void>;
  #stopped = false;
  /** Whether there was a file, as there must have been for whoever has read some of it. */
  #existed: boolean;
  #watched: string | null = null;
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #soon = false;
  #settle: () => void = () => {};

  constructor(path: string, beyond: number) {
    this.#path = path;
    this.#beyond = beyond;
    this.#existed = beyond > 0;
    this.#over = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  async wait(): Promise<void> {
    await this.#look();
    await this.#over;
  }

  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    if (this.#timer) clearTimeout(this.#timer);
    this.#settle();
  }

  /** Looks at the size once the watch stands, so that nothing is missed between the two. */
  async #look(): Promise<void> {
    let size = await this.#size();
    if (!this.#stopped && !this.#isNews(size) && this.#watch(size === null ? dirname(this.#path) : this.#path)) {
      size = await this.#size();
    }
    if (this.#stopped) return;
    if (this.#isNews(size)) this.stop();
    else {
      this.#existed ||= size !== null;
      this.#again(this.#watcher ? safetyPollMs : unwatchedPollMs);
    }
  }

  #isNews(size: number | null): boolean {
    return size === null ? this.#existed : size > this.#beyond;
  }

  /** A file that can't be looked at counts as missing: reading it says what is wrong. */
  async #size(): Promise<number | null> {
    return (await stat(this.#path).catch(() => null))?.size ?? null;
  }

  /** Whether a new watch was set up. A watch that can't be had is replaced by looking more often. */
  #watch(target: string): boolean {
    if (this.#watched === target) return false;
    this.#unwatch();
    try {
      this.#watcher = watch(target, { persistent: false }, () => this.#again(coalesceMs));
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

  /** Plans the next look; once an event has planned one, nothing puts it off. */
  #again(delay: number): void {
    if (this.#stopped || this.#soon) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#soon = delay === coalesceMs;
    this.#timer = setTimeout(() => {
      this.#soon = false;
      void this.#look();
    }, delay);
  }
}

function logNotFound(): JobdeckError {
  return new JobdeckError(
    'LOG_NOT_FOUND',
    'There is no log of this attempt.',
    'It may not have started, or its files were deleted.',
  );
}
