/** Delays between polls. Times in milliseconds. */
import { backOff } from '../../backOff.ts';

/** The same interval as the server's web page. */
export const minIntervalMs = 400;
const minIdleMs = 1_000;
const maxIdleMs = 5_000;

export interface PollState {
  /** Number of unfinished runs. */
  open: number;
  /** Time since the last change, command or view of a run. */
  quietMs: number;
  /** Duration of the previous poll. */
  tookMs: number;
}

/**
 * The delay after a successful poll: short while something changes or is being viewed, longer the longer nothing runs.
 * Never shorter than the previous poll, so that a server with thousands of runs is polled at most half of the time.
 */
export function pollInterval({ open, quietMs, tookMs }: PollState): number {
  if (quietMs < 10_000) return Math.max(minIntervalMs, tookMs);
  if (open > 0) return Math.max(minIdleMs, tookMs);
  return Math.max(Math.min(maxIdleMs, Math.max(minIdleMs, quietMs / 10)), tookMs);
}

/** The delay after a number of failures in a row. */
export const retryDelay = (failures: number, random?: () => number): number =>
  backOff(failures, { first: minIntervalMs, least: minIntervalMs }, random);

/** The delay after a rate limit: the one that the server asked for or a backoff, plus a random amount. */
export function rateLimitDelay(retryAfterMs: number | null, failures: number, random = Math.random): number {
  if (retryAfterMs === null) return retryDelay(failures + 2, random);
  return Math.round(Math.min(retryAfterMs, 10 * 60_000) + random() * 1_000);
}
