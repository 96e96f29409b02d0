/** Delivers reports to `jobs`, and repeats them until they are committed. */
import type { Clock } from '../../../clock.ts';

const firstPauseMs = 500;
const longestPauseMs = 60_000;

export interface PendingReport {
  /** Describes the action in the log, as in `reporting the end of job …`. */
  about: string;
  report: () => Promise<void>;
  /** Called when the report is committed. Must not reject. */
  afterwards?: () => Promise<void>;
  /** Called before each try. If it returns false, the report is dropped. */
  isNeeded?: () => boolean;
}

/** Repeats rejected reports at growing intervals, for example while the disk is full. */
export class Delivery {
  readonly #clock: Clock;
  readonly #onProblem: (error: unknown, about: string) => void;
  readonly #pauses = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock, onProblem: (error: unknown, about: string) => void) {
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** Resolves after the first try with whether the report was committed. Further tries happen in the background. */
  async send(pending: PendingReport, pause = firstPauseMs): Promise<boolean> {
    if (this.#closed || pending.isNeeded?.() === false) return false;
    try {
      await pending.report();
    } catch (error) {
      this.#onProblem(error, pending.about);
      this.#retryLater(pending, pause);
      return false;
    }
    await pending.afterwards?.();
    return true;
  }

  /** Stops all repetitions. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#pauses) cancel();
    this.#pauses.clear();
  }

  #retryLater(pending: PendingReport, pause: number): void {
    if (this.#closed) return;
    const cancel = this.#clock.after(pause, () => {
      this.#pauses.delete(cancel);
      void this.send(pending, Math.min(pause * 2, longestPauseMs));
    });
    this.#pauses.add(cancel);
  }
}
