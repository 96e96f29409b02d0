/** How long to wait before the server is asked again. Times in milliseconds. */
import { backOff } from '../../backOff.ts';

/** As often as the server's own page asks. */
export const quickest = 400;
const idleFirst = 1_000;
const idleMost = 5_000;

export interface PaceState {
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
export function pause({ open, quietMs, tookMs }: PaceState): number {
  if (quietMs < 10_000) return Math.max(quickest, tookMs);
  if (open > 0) return Math.max(idleFirst, tookMs);
  return Math.max(Math.min(idleMost, Math.max(idleFirst, quietMs / 10)), tookMs);
}

/** After the `failures`th failure in a row. */
export const pauseAfter = (failures: number, random?: () => number): number =>
  backOff(failures, { first: quickest, least: quickest }, random);

/** After being asked for fewer calls: what the server said, or a back-off, and a little more by chance. */
export function slowDown(retryAfterMs: number | null, failures: number, random = Math.random): number {
  if (retryAfterMs === null) return pauseAfter(failures + 2, random);
  return Math.round(Math.min(retryAfterMs, 10 * 60_000) + random() * 1_000);
}
