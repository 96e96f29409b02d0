/** Delays between retries. */

/** Milliseconds. `random` returns a number in [0, 1). */
export interface BackoffOptions {
  readonly first: number;
  readonly limit: number;
  readonly random: () => number;
}

const defaultBackoff: BackoffOptions = { first: 250, limit: 30_000, random: Math.random };

/**
 * Milliseconds to wait before try number `attempt` (from 0). The first try is immediate, because a killed daemon is
 * replaced quickly. The delay then doubles up to the limit. Half of it is random, so that windows don't reconnect at
 * the same time.
 */
export function backoffDelay(attempt: number, { first, limit, random }: BackoffOptions = defaultBackoff): number {
  if (attempt <= 0) return 0;
  const whole = Math.min(limit, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/** Detects `limit` crashes within `window` milliseconds. */
export class CrashLoop {
  readonly #limit: number;
  readonly #window: number;
  #times: number[] = [];

  constructor(limit = 4, window = 60_000) {
    this.#limit = limit;
    this.#window = window;
  }

  /** Records a crash at `now` (milliseconds). Returns whether it completes a loop. */
  crashed(now: number): boolean {
    this.#times = [...this.#times.filter((time) => now - time < this.#window), now];
    return this.#times.length >= this.#limit;
  }

  /** Forgets earlier crashes, after the user requested a retry. */
  reset(): void {
    this.#times = [];
  }
}
