/** When to try again. */

/** Milliseconds. `random` is from 0 up to, not including, 1. */
export interface BackoffOptions {
  readonly first: number;
  readonly limit: number;
  readonly random: () => number;
}

const defaultBackoff: BackoffOptions = { first: 250, limit: 30_000, random: Math.random };

/**
 * Milliseconds to wait before try number `attempt` (from 0): the first at once, for a killed daemon is replaced
 * quickly; then doubling up to the limit, of which half is chance, so that windows don't come all at the same time.
 */
export function backoffDelay(attempt: number, { first, limit, random }: BackoffOptions = defaultBackoff): number {
  if (attempt <= 0) return 0;
  const whole = Math.min(limit, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/** Notices when something that should stay up goes down `limit` times within `window` milliseconds. */
export class CrashLoop {
  readonly #limit: number;
  readonly #window: number;
  #times: number[] = [];

  constructor(limit = 4, window = 60_000) {
    this.#limit = limit;
    this.#window = window;
  }

  /** Records a crash at `now` (milliseconds); true when it makes a loop. */
  crashed(now: number): boolean {
    this.#times = [...this.#times.filter((time) => now - time < this.#window), now];
    return this.#times.length >= this.#limit;
  }

  /** Forgets, after the user asked for another try. */
  reset(): void {
    this.#times = [];
  }
}
