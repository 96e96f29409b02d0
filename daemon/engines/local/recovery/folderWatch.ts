/** Noticing what happens in the run folders of adopted jobs, whose supervisors are no children of this daemon. */
import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '../../../clock.ts';

const lookEveryMs = 1000;
const thoroughEvery = 30;

/** `thorough` now and then: a look at a process's identity is expensive on some systems. */
type Look = (thorough: boolean) => void;

interface Watched {
  watcher: FSWatcher | null;
  look: Look;
}

/** Calls a look at each change in a folder, and every second: that a process was killed changes no folder. */
export class FolderWatch {
  readonly #clock: Clock;
  readonly #watched = new Map<string, Watched>();
  #stopTimer: (() => void) | null = null;
  #ticks = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(folder: string, look: Look): void {
    this.remove(folder);
    this.#watched.set(folder, { watcher: this.#watch(folder, look), look });
    this.#stopTimer ??= this.#clock.after(lookEveryMs, () => this.#tick());
  }

  /** The timer stops with the last folder. */
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
    this.#stopTimer = this.#clock.after(lookEveryMs, () => this.#tick());
    this.#ticks += 1;
    for (const { look } of [...this.#watched.values()]) look(this.#ticks % thoroughEvery === 0);
  }

  /** Without a watch, as when the system has no more of them, the timer alone notices. */
  #watch(folder: string, look: Look): FSWatcher | null {
    try {
      const watcher = watch(folder, { persistent: false }, () => look(false));
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return null;
    }
  }
}
