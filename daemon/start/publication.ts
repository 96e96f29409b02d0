/**
 * Keeps the files by which clients find the daemon as it wrote them: other programs may delete or overwrite them while it
 * runs. Also notices when the home itself is moved or deleted, or another daemon could take the lock.
 */
import { type FSWatcher, lstatSync, rmSync, statSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import { readSmallFile } from '../../shared/files/smallFile.ts';
import type { Clock } from '../clock.ts';
import { publishFile } from './info.ts';
import type { Lock } from './lock.ts';

/** Milliseconds between a change and the check. */
const settleMs = 20;
/** Milliseconds between checks, which find what the watch missed. */
const interval = { watched: 60_000, unwatched: 5_000 };

/** Why the daemon can't continue: its home is no longer at its path, or another daemon has its lock. */
export type Eviction = 'homeGone' | 'lockTaken';

export interface PublicationDeps {
  home: string;
  lock: Lock;
  clock: Clock;
  /** Called once. The daemon must stop without changing anything in the home. */
  onEvicted(why: Eviction): void;
  onProblem(error: unknown, about: string): void;
}

export class Publication {
  readonly #deps: PublicationDeps;
  readonly #home: string | null;
  readonly #files = new Map<string, string>();
  #watcher: FSWatcher | null = null;
  #cancelCheck: (() => void) | null = null;
  #cancelSlowCheck: (() => void) | null = null;
  #reported = new Set<string>();
  #closed = false;

  constructor(deps: PublicationDeps) {
    this.#deps = deps;
    this.#home = identityOf(deps.home);
    this.#watcher = this.#watch();
    this.#checkLater();
  }

  /**
   * Writes a file of the home, and again whenever it is changed.
   * @throws JobdeckError HOME_UNUSABLE
   */
  publish(file: 'info' | 'holder', value: unknown): void {
    const path = join(this.#deps.home, homeFiles[file]);
    const text = `${JSON.stringify(value, null, 2)}\n`;
    publishFile(path, text);
    this.#files.set(path, text);
  }

  /** Removes the files. */
  withdraw(): void {
    this.close();
    for (const [path, text] of this.#files) if (readSmallFile(path) === text) rmSync(path, { force: true });
  }

  /** Stops checking, and leaves the files. */
  close(): void {
    this.#closed = true;
    this.#watcher?.close();
    this.#cancelCheck?.();
    this.#cancelSlowCheck?.();
  }

  #watch(): FSWatcher | null {
    const { home } = this.#deps;
    const names: (string | null)[] = [homeFiles.info, homeFiles.holder, homeFiles.lock, basename(home), null];
    try {
      const watcher = watch(home, { persistent: false }, (_event, name) => {
        if (names.includes(name)) this.#checkSoon();
      });
      // On Windows, deleting the folder is an error.
      watcher.on('error', () => {
        watcher.close();
        this.#watcher = null;
        this.#checkSoon();
      });
      return watcher;
    } catch {
      return null; // The system has no watches left. The slow check is enough then.
    }
  }

  #checkSoon(): void {
    if (this.#closed) return;
    this.#cancelCheck ??= this.#deps.clock.after(settleMs, () => {
      this.#cancelCheck = null;
      this.#check();
    });
  }

  #checkLater(): void {
    const ms = this.#watcher === null ? interval.unwatched : interval.watched;
    this.#cancelSlowCheck = this.#deps.clock.after(ms, () => {
      this.#checkLater();
      this.#check();
    });
  }

  #check(): void {
    const { home, lock, onEvicted } = this.#deps;
    if (this.#closed) return;
    const why = identityOf(home) === this.#home ? (lock.keep() ? null : 'lockTaken') : 'homeGone';
    if (why !== null) {
      this.close();
      onEvicted(why);
      return;
    }
    for (const [path, text] of this.#files) this.#restore(path, text);
  }

  #restore(path: string, text: string): void {
    if (readSmallFile(path) === text && isPrivate(path)) return;
    try {
      publishFile(path, text);
    } catch (error) {
      if (!this.#reported.has(path)) this.#deps.onProblem(error, `restoring ${path}`);
      this.#reported.add(path);
    }
  }
}

/** Identifies a folder; null if there is none at this path. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

function isPrivate(path: string): boolean {
  return process.platform === 'win32' || ((lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) === 0;
}
