/** Moments at which a daemon's death hurts most: something has just been asked, answered, launched or ended. */
import { existsSync, type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** `launch`: there is a new run folder; `pid`: a supervisor has written its pid; `exit`: one has written how its job ended. */
export const moments = ['sent', 'acknowledged', 'launch', 'pid', 'exit'] as const;
export type Moment = (typeof moments)[number];

export class Moments {
  readonly #runDir: string;
  readonly #waiting = new Map<Moment, Set<() => void>>();
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(runDir: string) {
    this.#runDir = runDir;
  }

  /** It is there. */
  tell(moment: Moment): void {
    const waiting = this.#waiting.get(moment);
    this.#waiting.delete(moment);
    for (const resolve of waiting ?? []) resolve();
  }

  /** Resolves at the next such moment, or after so many milliseconds without one. */
  async next(moment: Moment, patience: number): Promise<void> {
    const over = new AbortController();
    const told = new Promise<void>((resolve) => {
      const waiting = this.#waiting.get(moment) ?? new Set();
      this.#waiting.set(moment, waiting.add(resolve));
    });
    await Promise.race([told, pause(patience, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
  }

  /** Looks after the folder of run folders, which must be there. */
  watch(): void {
    this.#add(this.#runDir, (name) => this.#launched(name));
    for (const name of readdirSync(this.#runDir)) this.#launched(name);
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #launched(name: string): void {
    const folder = join(this.#runDir, name);
    if (!name.includes('.') || name === 'boot.new') return;
    if (!existsSync(folder)) {
      this.#watchers.get(folder)?.close();
      this.#watchers.delete(folder);
      return;
    }
    this.tell('launch');
    this.#add(folder, (file) => this.#written(folder, file));
    // It may have been written before anybody looked.
    this.#written(folder, 'pid');
  }

  #written(folder: string, file: string): void {
    if (file === 'pid' && existsSync(join(folder, file))) this.tell('pid');
    if (file === 'exit' && hasEnded(join(folder, file))) this.tell('exit');
  }

  #add(folder: string, heard: (name: string) => void): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, (_event, name) => heard(name ?? ''));
      watcher.on('error', () => watcher.close());
      this.#watchers.set(folder, watcher);
    } catch {
      // It is gone already.
    }
  }
}

function hasEnded(file: string): boolean {
  try {
    return readFileSync(file, 'latin1').trim() !== '';
  } catch {
    return false;
  }
}
