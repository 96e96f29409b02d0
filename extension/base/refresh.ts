/** Does something again whenever it is asked for, one run at a time, however often it is asked. */
import type { Disposable } from './event.ts';

export interface RefreshDeps {
  /** Must not reject. Returns `again` when it should be tried again by itself. */
  run(): Promise<'done' | 'again'>;
  /** Calls back after so many milliseconds; returns what cancels that. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Milliseconds between two runs that nobody waits for; 250 unless given. */
  pace?: number;
}

/** Milliseconds between two runs that nobody waits for, and before it is tried again. What takes long rests twice as long. */
const defaultPace = 250;
const retryPause = 1_000;

export class Refresh implements Disposable {
  readonly #deps: RefreshDeps;
  #running = false;
  #wanted: 'no' | 'soon' | 'now' = 'no';
  #cancelPause: (() => void) | null = null;
  #disposed = false;

  constructor(deps: RefreshDeps) {
    this.#deps = deps;
  }

  /** Asks for a run that begins after this call; `now`: without a pause since the last one. */
  request(when: 'soon' | 'now' = 'soon'): void {
    if (this.#wanted !== 'now') this.#wanted = when;
    if (this.#running) return;
    if (when === 'now') this.#endPause();
    if (this.#cancelPause === null) void this.#run();
  }

  dispose(): void {
    this.#disposed = true;
    this.#endPause();
  }

  async #run(): Promise<void> {
    if (this.#disposed) return;
    this.#wanted = 'no';
    this.#running = true;
    const begun = performance.now();
    const outcome = await this.#deps.run();
    this.#running = false;
    if (this.#disposed) return;
    if (this.#asked() === 'now') return this.#run();
    if (outcome === 'again') this.#wanted = 'soon';
    const rest = Math.max(this.#deps.pace ?? defaultPace, 2 * (performance.now() - begun));
    this.#cancelPause = this.#deps.after(outcome === 'again' ? retryPause : rest, () => {
      this.#cancelPause = null;
      if (this.#asked() !== 'no') void this.#run();
    });
  }

  /** What was asked for meanwhile. */
  #asked(): 'no' | 'soon' | 'now' {
    return this.#wanted;
  }

  #endPause(): void {
    this.#cancelPause?.();
    this.#cancelPause = null;
  }
}

/** As `RefreshDeps.after`, by the clock. */
export function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
