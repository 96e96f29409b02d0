/** How long to wait before the server is asked again. Times in milliseconds. */
import { backOff } from '../../backOff.ts';

/** As often as the server's own page asks. */
export const minIntervalMs = 400;
const minIdleMs = 1_000;
const maxIdleMs = 5_000;

export interface PollState {
  /** Runs that have not ended. */
  open: number;
  /** Since when nothing changed, and nobody looked at a run, started or changed one. */
  quietMs: number;
  /** How long the latest answers took, all together. */
  tookMs: number;
}

/**
 * After a good answer: quick while something runs and changes or is looked at, slower the longer nothing runs. A server
 * with thousands of open runs is not asked more than half of the time.
 */
export function pollInterval({ open, quietMs, tookMs }: PollState): number {
  if (quietMs < 10_000) return Math.max(minIntervalMs, tookMs);
  if (open > 0) return Math.max(minIdleMs, tookMs);
  return Math.max(Math.min(maxIdleMs, Math.max(minIdleMs, quietMs / 10)), tookMs);
}

/** After the `failures`th failure in a row. */
export const retryDelay = (failures: number, random?: () => number): number =>
  backOff(failures, { first: minIntervalMs, least: minIntervalMs }, random);

/** After being asked for fewer calls: what the server said, or a back-off, and a little more by chance. */
export function rateLimitDelay(retryAfterMs: number | null, failures: number, random = Math.random): number {
  if (retryAfterMs === null) return retryDelay(failures + 2, random);
  return Math.round(Math.min(retryAfterMs, 10 * 60_000) + random() * 1_000);
}
