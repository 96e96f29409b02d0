/** Starts queued jobs. It is driven by events and one timer for the next due time, not by polling. */
import type { Clock } from '../clock.ts';
import type { Dispatching } from '../jobs/ports.ts';

/**
 * The longest delay of a timer in milliseconds. Timers pause while the machine sleeps and can't exceed 24 days, but due
 * times follow the wall clock, so it is checked again after this time.
 */
const longestTimer = 5 * 60_000;

export interface DispatcherDeps {
  jobs: Dispatching;
  clock: Clock;
  onProblem(error: unknown, about: string): void;
}

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  #running = false;
  #wanted = false;
  #closed = false;
  #cancelTimer: (() => void) | null = null;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Call this when something changed that may allow jobs to start. It is cheap, and rounds never overlap. */
  wake(): void {
    this.#wanted = true;
    if (!this.#running && !this.#closed) void this.#run();
  }

  /** Stops starting jobs. */
  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#wanted && !this.#closed) {
      this.#wanted = false;
      try {
        this.#setTimer(await this.#deps.jobs.dispatch());
      } catch (error) {
        this.#deps.onProblem(error, 'starting queued jobs');
      }
    }
    this.#running = false;
  }

  #setTimer(at: number | null): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (at === null || this.#closed) return;
    const delay = Math.min(longestTimer, Math.max(1, at - this.#deps.clock.now()));
    this.#cancelTimer = this.#deps.clock.after(delay, () => {
      this.#cancelTimer = null;
      this.wake();
    });
  }
}
