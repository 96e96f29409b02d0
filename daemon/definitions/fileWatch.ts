/** Watches a file that may be created, deleted or replaced, together with the folders that contain it. */
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';
import { FileRefused } from '../../shared/files/fileRefused.ts';
import type { Clock } from '../clock.ts';
import { userPaths } from '../files/userPaths.ts';

/** Milliseconds between a change and `onChange`, because editors write in several steps. */
const settleMs = 100;
/** Milliseconds after which a folder that does not respond is tried again. */
const retryMs = 60_000;

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
  #ready: Promise<void>;

  constructor(deps: FileWatchDeps) {
    this.#deps = deps;
    this.#ready = this.#arm();
  }

  /** Resolves when changes are noticed, or can't be. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#watched?.watcher.close();
  }

  /** Watches the nearest existing folder. Repeats, because a nearer one may be created in the meantime. */
  async #arm(): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      const nearest = await this.#nearest();
      if (nearest === null || this.#closed) return;
      if (this.#watched?.folder === nearest.folder && this.#watched.inode === nearest.inode) return;
      this.#watched?.watcher.close();
      this.#watched = null;
      const watcher = this.#watch(nearest.folder);
      if (watcher === null) return;
      this.#watched = { ...nearest, watcher };
    }
  }

  /** Watching a folder waits for it on the main thread, so one that does not respond is left alone for a while. */
  async #nearest(): Promise<{ folder: string; inode: number } | null> {
    try {
      return await nearestFolder(dirname(this.#deps.path));
    } catch {
      this.#changed(retryMs);
      return null;
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

  #changed(delay = settleMs): void {
    if (this.#closed) return;
    this.#cancelTimer ??= this.#deps.clock.after(delay, () => {
      this.#cancelTimer = null;
      this.#ready = this.#ready.then(() => this.#arm());
      void this.#ready.then(() => this.#deps.onChange());
    });
  }
}

/**
 * The folder, or the nearest existing one above it.
 * @throws FileRefused if it does not respond
 */
async function nearestFolder(folder: string): Promise<{ folder: string; inode: number } | null> {
  try {
    const found = await userPaths.access(folder, () => stat(folder), { background: true });
    if (found.isDirectory()) return { folder, inode: found.ino };
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    // A folder that is missing or can't be accessed: the one above it reports when that changes.
  }
  return dirname(folder) === folder ? null : nearestFolder(dirname(folder));
}

/** The first part of the path below a folder. */
function firstPartBelow(folder: string, path: string): string {
  const rest = path.slice(folder.endsWith(sep) ? folder.length : folder.length + 1);
  return rest.split(sep)[0] ?? '';
}
