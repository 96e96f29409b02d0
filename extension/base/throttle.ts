/** Runs an action at most once per interval: immediately if it hasn't run recently, otherwise at the end of the interval. */
import type { Disposable } from './event.ts';

/**
 * Milliseconds between two redraws for progress. Without this limit, the rows of twenty jobs kept a window busy half of
 * the time, which delayed showing that a job finished.
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

  /** Requests a call of `act`. Several requests within the interval result in one call. */
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
