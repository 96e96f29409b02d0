/** Schedules reading the resource usage of a running job, which changes without an event. */
import type { Job } from '../../shared/job.ts';

/** Milliseconds between two readings. */
const interval = 3_000;

export class ResourcePolling {
  readonly #after: (milliseconds: number, callback: () => void) => () => void;
  readonly #due: () => void;
  #isDue = false;
  #wasRead = false;
  #cancel: (() => void) | null = null;

  /** `after` calls back after that many milliseconds and returns a cancel function. `due` requests a reading. */
  constructor(after: (milliseconds: number, callback: () => void) => () => void, due: () => void) {
    this.#after = after;
    this.#due = due;
  }

  /** Whether the next reading should include resources. Resets it. */
  takeDue(): boolean {
    const due = this.#isDue;
    this.#isDue = false;
    return due;
  }

  /**
   * Schedules the next reading of this job, unless one is scheduled. The first one is due immediately, but as a separate
   * reading, because it takes a moment.
   */
  plan({ status, engine }: Pick<Job, 'status' | 'engine'>): void {
    if (status !== 'running' || engine !== 'local' || this.#cancel !== null || this.#isDue) return;
    this.#cancel = this.#after(this.#wasRead ? interval : 0, () => {
      this.#cancel = null;
      this.#wasRead = true;
      this.#isDue = true;
      this.#due();
    });
  }

  /** Cancels the schedule. Scheduling again starts over. */
  stop(): void {
    this.#isDue = false;
    this.#wasRead = false;
    this.#cancel?.();
    this.#cancel = null;
  }
}
