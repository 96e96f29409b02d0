/** Watches a file that may come, go and be replaced as a whole, with the folders it is in. */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import type { Clock } from '../clock.ts';

/** Milliseconds after a change until it is looked at: editors write in several steps. */
const settleMs = 100;

export interface FileWatchDeps {
  /** Absolute path of the file. */
  path: string;
  clock: Clock;
  /** The file, or something on the way to it, has changed. */
  onChange(): void;
  onProblem(error: unknown, about: string): void;
}

/**
 * What is watched is the folder of the file, so that one that replaces it counts; while there is no such folder, the
 * nearest above it that exists.
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

  /** Watches the folder that is now the nearest. One that comes while this is done is found by looking again. */
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
    const wanted = [nameBelow(folder, this.#deps.path), basename(folder)];
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || wanted.includes(name)) this.#changed();
      });
      // On Windows a folder that is deleted is an error.
      watcher.on('error', () => this.#changed());
      return watcher;
    } catch (error) {
      this.#deps.onProblem(
        error,
        `watching ${folder}; changes of ${this.#deps.path} are not seen until the next start`,
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

/** The folder, or the first above it that exists. */
function nearestFolder(folder: string): { folder: string; inode: number } | null {
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory()) return { folder, inode: found.ino };
  } catch {
    // A folder that may not be looked into: the one above it tells when that changes.
  }
  return dirname(folder) === folder ? null : nearestFolder(dirname(folder));
}

/** The first part of a path below a folder. */
function nameBelow(folder: string, path: string): string {
  const rest = path.slice(folder.endsWith(sep) ? folder.length : folder.length + 1);
  return rest.split(sep)[0] ?? '';
}
