/** Files whose changes could not be stored, because of the disk. Nothing is wrong with them, so they are tried again. */
import type { JobdeckError } from '../../shared/errors.ts';
import type { Clock } from '../clock.ts';

/** Milliseconds between two tries. */
export const saveAgainMs = 30_000;

export class Unsaved {
  readonly #reasons = new Map<string, JobdeckError>();
  readonly #clock: Clock;
  readonly #again: (path: string) => void;
  #cancelTimer: (() => void) | null = null;

  /** `again` activates a file once more. */
  constructor(clock: Clock, again: (path: string) => void) {
    this.#clock = clock;
    this.#again = again;
  }

  /** Why the changes of a file could not be stored; null if they were, or if there are none. */
  of(path: string): JobdeckError | null {
    return this.#reasons.get(path) ?? null;
  }

  add(path: string, reason: JobdeckError): void {
    this.#reasons.set(path, reason);
    this.#cancelTimer ??= this.#clock.after(saveAgainMs, () => {
      this.#cancelTimer = null;
      for (const one of [...this.#reasons.keys()]) this.#again(one);
    });
  }

  delete(path: string): void {
    this.#reasons.delete(path);
    if (this.#reasons.size === 0) this.close();
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
