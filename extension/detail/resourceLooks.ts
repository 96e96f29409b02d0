/** When to look at what a running job uses: that changes without anybody telling. */
import type { Job } from '../../shared/job.ts';

/** Milliseconds between two looks. */
const interval = 3_000;

export class ResourceLooks {
  readonly #after: (milliseconds: number, callback: () => void) => () => void;
  readonly #due: () => void;
  #isDue = false;
  #looked = false;
  #cancel: (() => void) | null = null;

  /** `after` calls back after so many milliseconds and returns what cancels that; `due`: a reading is to find it out. */
  constructor(after: (milliseconds: number, callback: () => void) => () => void, due: () => void) {
    this.#after = after;
    this.#due = due;
  }

  /** Whether the reading that begins is to find it out. */
  take(): boolean {
    const due = this.#isDue;
    this.#isDue = false;
    return due;
  }

  /**
   * Plans the next look at this job, unless there is one: the first at once, but as a reading of its own, since it takes
   * a moment.
   */
  plan({ status, engine }: Pick<Job, 'status' | 'engine'>): void {
    if (status !== 'running' || engine !== 'local' || this.#cancel !== null || this.#isDue) return;
    this.#cancel = this.#after(this.#looked ? interval : 0, () => {
      this.#cancel = null;
      this.#looked = true;
      this.#isDue = true;
      this.#due();
    });
  }

  /** Plans nothing any more; what is planned later begins anew. */
  stop(): void {
    this.#isDue = false;
    this.#looked = false;
    this.#cancel?.();
    this.#cancel = null;
  }
}
