/** How long to wait before an engine is tried again. Pure but for the dice. */

/** Milliseconds. */
export interface BackOff {
  /** The most after the first failure. */
  first: number;
  /** The most after any number of failures; 30 s unless given. */
  longest?: number;
  /** 0 unless given. */
  least?: number;
}

/**
 * Any time from the least to one that doubles with each failure, so that those who wait for the same do not all come at
 * once. `failures`: those before, one after the other. `random` gives 0 to 1.
 */
export function backOff(
  failures: number,
  { first, longest = 30_000, least = 0 }: BackOff,
  random = Math.random,
): number {
  const most = Math.min(longest, first * 2 ** Math.min(failures, 20));
  return Math.round(least + random() * (most - least));
}
