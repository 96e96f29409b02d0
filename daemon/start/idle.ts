/** Acts after a time without activity: the daemon returns memory to the system, and exits when it is not needed. */
import type { Clock } from '../clock.ts';

export class IdleTimer {
  readonly #clock: Clock;
  readonly #delay: () => number;
  readonly #isBusy: () => boolean;
  readonly #act: () => void;
  #lastActivity: number;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  /** `delay` is in milliseconds, 0 for never. Nothing happens while `isBusy` is true. */
  constructor(clock: Clock, delay: () => number, isBusy: () => boolean, act: () => void) {
    this.#clock = clock;
    this.#delay = delay;
    this.#isBusy = isBusy;
    this.#act = act;
    this.#lastActivity = clock.now();
  }

  /**
   * Call this on every activity, and when an activity ends. It is cheap: at most one timer is pending. If the daemon is
   * busy when it fires, no other timer is started until the next call.
   */
  touch(): void {
    this.#lastActivity = this.#clock.now();
    const delay = this.#delay();
    if (delay > 0 && this.#cancelTimer === null && !this.#closed) this.#arm(delay);
  }

  /** Call this when the delay has changed. */
  restart(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.touch();
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #arm(delay: number): void {
    this.#cancelTimer = this.#clock.after(delay, () => this.#check());
  }

  #check(): void {
    this.#cancelTimer = null;
    if (this.#isBusy()) return;
    // The wall clock may have been set back in the meantime.
    this.#lastActivity = Math.min(this.#lastActivity, this.#clock.now());
    const left = this.#lastActivity + this.#delay() - this.#clock.now();
    if (left > 0) this.#arm(left);
    else this.#act();
  }
}
