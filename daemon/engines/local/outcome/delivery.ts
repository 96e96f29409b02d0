/** Handing reports to `jobs` until it has committed them. */
import type { Clock } from '../../../clock.ts';

const firstPauseMs = 500;
const longestPauseMs = 60_000;

export interface Delivered {
  /** What is being done, as in `reporting the end of job …`. */
  about: string;
  report: () => Promise<void>;
  /** Called once the report was taken; must not reject. */
  afterwards?: () => Promise<void>;
  /** Asked before each try. */
  wanted?: () => boolean;
}

/** Repeats reports that are refused, as when the disk is full, at growing intervals. */
export class Delivery {
  readonly #clock: Clock;
  readonly #onProblem: (error: unknown, about: string) => void;
  readonly #pauses = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock, onProblem: (error: unknown, about: string) => void) {
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** Resolves, with whether the report was taken, after the first try; later ones follow on their own. */
  async send(delivered: Delivered, pause = firstPauseMs): Promise<boolean> {
    if (this.#closed || delivered.wanted?.() === false) return false;
    try {
      await delivered.report();
    } catch (error) {
      this.#onProblem(error, delivered.about);
      this.#later(delivered, pause);
      return false;
    }
    await delivered.afterwards?.();
    return true;
  }

  /** Ends all repeating. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#pauses) cancel();
    this.#pauses.clear();
  }

  #later(delivered: Delivered, pause: number): void {
    if (this.#closed) return;
    const cancel = this.#clock.after(pause, () => {
      this.#pauses.delete(cancel);
      void this.send(delivered, Math.min(pause * 2, longestPauseMs));
    });
    this.#pauses.add(cancel);
  }
}
