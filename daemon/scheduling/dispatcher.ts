/** Starts jobs in line, driven by events and one timer for the next due time, never by a tick. */
import type { Clock } from '../clock.ts';
import type { Dispatching } from '../jobs/ports.ts';

/**
 * Milliseconds a timer runs at most before the clock is looked at again. Timers stand still while a machine sleeps, and
 * none takes more than 24 days; due times go by the clock on the wall.
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

  /** Something changed that may let jobs start. Cheap to call often: rounds never overlap. */
  wake(): void {
    this.#wanted = true;
    if (!this.#running && !this.#closed) void this.#run();
  }

  /** Starts nothing more. */
  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#wanted && !this.#closed) {
      this.#wanted = false;
      try {
        this.#lookAgain(await this.#deps.jobs.dispatch());
      } catch (error) {
        this.#deps.onProblem(error, 'starting jobs in line');
      }
    }
    this.#running = false;
  }

  /** Replaces the timer. */
  #lookAgain(at: number | null): void {
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
