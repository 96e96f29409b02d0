/** Critical moments for the daemon to die: right after a request, a reply, a start or an exit. */
import { existsSync, type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * `launch`: a new run folder exists; `pid`: a supervisor has written its PID; `exit`: one has written its exit status.
 */
export const moments = ['sent', 'acknowledged', 'launch', 'pid', 'exit'] as const;
export type Moment = (typeof moments)[number];

export class Moments {
  readonly #runDir: string;
  readonly #waiting = new Map<Moment, Set<() => void>>();
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(runDir: string) {
    this.#runDir = runDir;
  }

  /** The file already exists. */
  tell(moment: Moment): void {
    const waiting = this.#waiting.get(moment);
    this.#waiting.delete(moment);
    for (const resolve of waiting ?? []) resolve();
  }

  /** Resolves at the next such moment, or after `patience` milliseconds. */
  async next(moment: Moment, patience: number): Promise<void> {
    const over = new AbortController();
    const reached = new Promise<void>((resolve) => {
      const waiting = this.#waiting.get(moment) ?? new Set();
      this.#waiting.set(moment, waiting.add(resolve));
    });
    await Promise.race([reached, pause(patience, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
  }

  /** Watches the parent of the run folders, which must exist. */
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
    // It may have been written before the watcher was active.
    this.#written(folder, 'pid');
  }

  #written(folder: string, file: string): void {
    if (file === 'pid' && existsSync(join(folder, file))) this.tell('pid');
    if (file === 'exit' && hasEnded(join(folder, file))) this.tell('exit');
  }

  #add(folder: string, onChange: (name: string) => void): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, (_event, name) => onChange(name ?? ''));
      watcher.on('error', () => watcher.close());
      this.#watchers.set(folder, watcher);
    } catch {
      // Already gone.
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
