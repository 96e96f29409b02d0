/** What the daemon does when nothing has happened for a while: it gives memory back, and ends when nobody needs it. */
import type { Clock } from '../clock.ts';

export class IdleTimer {
  readonly #clock: Clock;
  readonly #delay: number;
  readonly #isBusy: () => boolean;
  readonly #act: () => void;
  #lastActivity: number;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  /** `delay` in ms, 0 for never. While `isBusy` nothing is done. */
  constructor(clock: Clock, delay: number, isBusy: () => boolean, act: () => void) {
    this.#clock = clock;
    this.#delay = delay;
    this.#isBusy = isBusy;
    this.#act = act;
    this.#lastActivity = clock.now();
  }

  /**
   * Something happened that may begin or end a time of idleness. Cheap: at most one timer runs, which looks when it
   * fires; while the daemon is busy then, none does until the next call.
   */
  touch(): void {
    this.#lastActivity = this.#clock.now();
    if (this.#delay > 0 && this.#cancelTimer === null && !this.#closed) this.#arm(this.#delay);
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #arm(delay: number): void {
    this.#cancelTimer = this.#clock.after(delay, () => this.#look());
  }

  #look(): void {
    this.#cancelTimer = null;
    if (this.#isBusy()) return;
    // The wall clock may have been set back meanwhile.
    this.#lastActivity = Math.min(this.#lastActivity, this.#clock.now());
    const left = this.#lastActivity + this.#delay - this.#clock.now();
    if (left > 0) this.#arm(left);
    else this.#act();
  }
}
