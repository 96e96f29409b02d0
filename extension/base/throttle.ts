/** Lets something happen at most once per interval: at once when nothing happened lately, else at its end. */
import type { Disposable } from './event.ts';

/**
 * Milliseconds between two redraws for what only moves on, such as progress. Drawn as often as the editor takes it, the rows of
 * twenty jobs kept a window busy half of the time, which was in the way of a job that ends.
 */
export const progressInterval = 500;

export class Throttle implements Disposable {
  readonly #interval: number;
  readonly #act: () => void;
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** `interval` in milliseconds. */
  constructor(interval: number, act: () => void) {
    this.#interval = interval;
    this.#act = act;
  }

  /** Asks for `act` to be called; several calls within the interval ask for one. */
  request(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#last + this.#interval - performance.now();
    if (wait <= 0) this.#run();
    else this.#timer = setTimeout(() => this.#run(), wait);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    this.dispose();
    this.#last = performance.now();
    this.#act();
  }
}
