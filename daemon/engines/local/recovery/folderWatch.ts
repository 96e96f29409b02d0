/** Watches the run folders of adopted jobs, whose supervisors are not children of this daemon. */
import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '../../../clock.ts';

const checkIntervalMs = 1000;
const checksPerThoroughCheck = 30;

/**
 * `changed`: something in the folder changed; `due`: a second has passed; `thorough`: the identity of the process is to be
 * verified too, only now and then, because that is expensive on some systems.
 */
export type CheckReason = 'changed' | 'due' | 'thorough';
type Check = (reason: CheckReason) => void;

interface Watched {
  watcher: FSWatcher | null;
  check: Check;
}

/** Calls `check` on each change in a folder, and every second, because killing a process changes no folder. */
export class FolderWatch {
  readonly #clock: Clock;
  readonly #watched = new Map<string, Watched>();
  #stopTimer: (() => void) | null = null;
  #ticks = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(folder: string, check: Check): void {
    this.remove(folder);
    this.#watched.set(folder, { watcher: this.#watch(folder, check), check });
    this.#stopTimer ??= this.#clock.after(checkIntervalMs, () => this.#tick());
  }

  /** Stops the timer after the last folder. */
  remove(folder: string): void {
    this.#watched.get(folder)?.watcher?.close();
    this.#watched.delete(folder);
    if (this.#watched.size > 0) return;
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  close(): void {
    for (const folder of [...this.#watched.keys()]) this.remove(folder);
  }

  #tick(): void {
    this.#stopTimer = this.#clock.after(checkIntervalMs, () => this.#tick());
    this.#ticks += 1;
    for (const { check } of [...this.#watched.values()])
      check(this.#ticks % checksPerThoroughCheck === 0 ? 'thorough' : 'due');
  }

  /** Null if the system has no watches left. The timer is enough then. */
  #watch(folder: string, check: Check): FSWatcher | null {
    try {
      const watcher = watch(folder, { persistent: false }, () => check('changed'));
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return null;
    }
  }
}
