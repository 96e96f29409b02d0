/** The delay before a retry: exponential backoff with jitter. Pure apart from the random number. */

/** Milliseconds. */
export interface BackOff {
  /** Upper bound after the first failure. */
  first: number;
  /** Upper bound after any number of failures; 30 s by default. */
  longest?: number;
  /** Lower bound; 0 by default. */
  least?: number;
}

/**
 * A random delay between a lower bound and an upper bound that doubles with each failure, so that clients don't all
 * retry at the same time. `failures` is the number of earlier failures in a row. `random` returns 0 to 1.
 */
export function backOff(
  failures: number,
  { first, longest = 30_000, least = 0 }: BackOff,
  random = Math.random,
): number {
  const most = Math.min(longest, first * 2 ** Math.min(failures, 20));
  return Math.round(least + random() * (most - least));
}
