/** Watches a file that may be created, deleted or replaced, together with the folders that contain it. */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import type { Clock } from '../clock.ts';

/** Milliseconds between a change and `onChange`, because editors write in several steps. */
const settleMs = 100;

export interface FileWatchDeps {
  /** Absolute path of the file. */
  path: string;
  clock: Clock;
  /** Called when the file, or a folder in its path, has changed. */
  onChange(): void;
  onProblem(error: unknown, about: string): void;
}

/**
 * Watches the folder of the file, to notice when the file is replaced. While that folder does not exist, watches the
 * nearest existing one above it.
 */
export class FileWatch {
  readonly #deps: FileWatchDeps;
  #watched: { folder: string; inode: number; watcher: FSWatcher } | null = null;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(deps: FileWatchDeps) {
    this.#deps = deps;
    this.#arm();
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
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
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || wanted.includes(name)) this.#changed();
      });
      // On Windows, deleting the folder is an error.
      watcher.on('error', () => this.#changed());
      return watcher;
    } catch (error) {
      this.#deps.onProblem(
        error,
        `watching ${folder}; changes of ${this.#deps.path} are not noticed until the next start`,
      );
      return null;
    }
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
