/** Repeats a task on request, one run at a time. Requests during a run are merged into one. */
import type { Disposable } from './event.ts';

export interface RefreshDeps {
  /** Must not reject. Returns `again` to be retried without a request. */
  run(): Promise<'done' | 'again'>;
  /** Calls back after that many milliseconds. Returns a function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Milliseconds between two background runs. Defaults to 250. */
  pace?: number;
}

/** Milliseconds between two background runs, and before a retry. A slow run is followed by a pause of twice its duration. */
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

  /** Requests a run that starts after this call. `now` skips the pause after the last run. */
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
    if (this.#requested() === 'now') return this.#run();
    if (outcome === 'again') this.#wanted = 'soon';
    const rest = Math.max(this.#deps.pace ?? defaultPace, 2 * (performance.now() - begun));
    this.#cancelPause = this.#deps.after(outcome === 'again' ? retryPause : rest, () => {
      this.#cancelPause = null;
      if (this.#requested() !== 'no') void this.#run();
    });
  }

  /** What was requested in the meantime. */
  #requested(): 'no' | 'soon' | 'now' {
    return this.#wanted;
  }

  #endPause(): void {
    this.#cancelPause?.();
    this.#cancelPause = null;
  }
}

/** `RefreshDeps.after` with a timer. */
export function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
