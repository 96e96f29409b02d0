/** Watches a file that may be created, deleted or replaced, together with the folders that contain it. */
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';
import { FileRefused } from '../../shared/files/fileRefused.ts';
import type { Clock } from '../clock.ts';
import { userPaths } from '../files/userPaths.ts';

/** Milliseconds between two looks at a file whose folder can't be watched, for example because inotify watches ran out. */
export const slowLookMs = 30_000;

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
  #ready: Promise<void>;

  constructor(deps: FileWatchDeps) {
    this.#deps = deps;
    this.#ready = this.#arm();
  }

  /** Resolves when changes are noticed, or can't be. */
  get ready(): Promise<void> {
    return this.#ready;
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

  async #arm(): Promise<void> {
    await this.#watchNearest();
    if (this.#problem === null || this.#cancelLook !== null) return;
    this.#seen = await this.#look();
    this.#lookLater();
  }

  /** Watches the nearest existing folder. Repeats, because a nearer one may be created in the meantime. */
  async #watchNearest(): Promise<void> {
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
  }

  /** Looks at the file now and then, and tries to watch it again. */
  #lookLater(): void {
    if (this.#closed) return;
    this.#cancelLook = this.#deps.clock.after(slowLookMs, () => {
      this.#ready = this.#ready.then(() => this.#lookAgain());
    });
  }

  async #lookAgain(): Promise<void> {
    if (this.#closed) return;
    await this.#watchNearest();
    const now = await this.#look();
    const changed = now !== this.#seen;
    this.#seen = now;
    if (this.#problem === null) this.#cancelLook = null;
    else this.#lookLater();
    if (changed && !this.#closed) this.#deps.onChange();
  }

  /** What changes when the file is changed, replaced, created or deleted. */
  async #look(): Promise<string> {
    const { path } = this.#deps;
    try {
      const found = await userPaths.access(dirname(path), () => stat(path, { bigint: true }), { background: true });
      return [found.mtimeNs, found.ctimeNs, found.size, found.ino, found.dev].join();
    } catch (error) {
      return String(error);
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
