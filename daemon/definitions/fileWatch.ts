/** Watches a file that may be created, deleted or replaced, together with the folders that contain it. */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import type { Clock } from '../clock.ts';

/** Milliseconds between two looks at a file whose folder can't be watched, for example because inotify watches ran out. */
export const slowLookMs = 30_000;

/** Milliseconds between a change and `onChange`, because editors write in several steps. */
const settleMs = 100;

export interface FileWatchDeps {
  /** Absolute path of the file. */
  path: string;
  clock: Clock;
  /** Called when the file, or a folder in its path, has changed. */
  onChange(): void;
  /** Called with the reason when watching has failed, and with null when it works again. */
  onWatching(problem: unknown): void;
  /** Watches a folder; `fs.watch` except in tests. */
  watchFolder?: typeof watch;
}

/**
 * Watches the folder of the file, to notice when the file is replaced. While that folder does not exist, watches the
 * nearest existing one above it.
 */
export class FileWatch {
  readonly #deps: FileWatchDeps;
  #watched: { folder: string; inode: number; watcher: FSWatcher } | null = null;
  #cancelTimer: (() => void) | null = null;
  #problem: unknown = null;
  #cancelLook: (() => void) | null = null;
  /** What the file looked like at the last slow look. */
  #seen = '';
  #closed = false;

  constructor(deps: FileWatchDeps) {
    this.#deps = deps;
    this.#arm();
  }

  /** Why the file can't be watched; null if it is. Then changes are found by a slow look. */
  get problem(): unknown {
    return this.#problem;
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#cancelLook?.();
    this.#watched?.watcher.close();
  }

  /** Watches the nearest existing folder. Repeats, because a nearer one may be created in the meantime. */
  #arm(): void {
    for (let tries = 0; tries < 5; tries += 1) {
      const nearest = nearestFolder(dirname(this.#deps.path));
      if (nearest === null) return;
      if (this.#watched?.folder === nearest.folder && this.#watched.inode === nearest.inode) return;
      this.#watched?.watcher.close();
      this.#watched = null;
      const watcher = this.#watch(nearest.folder);
      if (watcher === null) return;
      this.#watched = { ...nearest, watcher };
    }
  }

  #watch(folder: string): FSWatcher | null {
    const wanted = [firstPartBelow(folder, this.#deps.path), basename(folder)];
    const { watchFolder = watch } = this.#deps;
    try {
      const watcher = watchFolder(folder, { persistent: false }, (_event, name) => {
        if (name === null || wanted.includes(name)) this.#changed();
      });
      // On Windows, deleting the folder is an error.
      watcher.on('error', () => {
        if (this.#watched?.watcher === watcher) this.#watched = null;
        watcher.close();
        this.#changed();
      });
      this.#setProblem(null);
      return watcher;
    } catch (error) {
      this.#setProblem(error);
      return null;
    }
  }

  #setProblem(problem: unknown): void {
    const changed = (problem === null) !== (this.#problem === null);
    this.#problem = problem;
    if (changed) this.#deps.onWatching(problem);
    if (problem === null || this.#cancelLook !== null) return;
    this.#seen = appearance(this.#deps.path);
    this.#lookLater();
  }

  /** Looks at the file now and then, and tries to watch it again. */
  #lookLater(): void {
    this.#cancelLook = this.#deps.clock.after(slowLookMs, () => {
      if (this.#closed) return;
      this.#arm();
      const now = appearance(this.#deps.path);
      if (now !== this.#seen) this.#deps.onChange();
      this.#seen = now;
      if (this.#problem === null) this.#cancelLook = null;
      else this.#lookLater();
    });
  }

  #changed(): void {
    if (this.#closed) return;
    this.#cancelTimer ??= this.#deps.clock.after(settleMs, () => {
      this.#cancelTimer = null;
      this.#arm();
      this.#deps.onChange();
    });
  }
}

/** What changes when a file is changed, replaced, created or deleted. */
function appearance(path: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false, bigint: true });
    return found === undefined ? '' : [found.mtimeNs, found.ctimeNs, found.size, found.ino, found.dev].join();
  } catch (error) {
    return String(error);
  }
}

/** The folder, or the nearest existing one above it. */
function nearestFolder(folder: string): { folder: string; inode: number } | null {
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory()) return { folder, inode: found.ino };
  } catch {
    // A folder that can't be accessed: the one above it reports when that changes.
  }
  return dirname(folder) === folder ? null : nearestFolder(dirname(folder));
}

/** The first part of the path below a folder. */
function firstPartBelow(folder: string, path: string): string {
  const rest = path.slice(folder.endsWith(sep) ? folder.length : folder.length + 1);
  return rest.split(sep)[0] ?? '';
}
