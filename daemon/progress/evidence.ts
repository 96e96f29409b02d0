/**
 * Whether numbers that might be progress are. What is only likely counts once it was seen to grow; what is weak, such as
 * a percentage somewhere in a line, once it has grown for several lines. What falls in between, or has another total,
 * starts again, and is never believed after some of that.
 */
import { type Reading, shareOf, type Trust } from './reading.ts';

/** How often it has to be seen, and seen grown. */
const needed: Record<Trust, { seen: number; grown: number }> = {
  sure: { seen: 1, grown: 0 },
  likely: { seen: 2, grown: 1 },
  weak: { seen: 5, grown: 4 },
};
const mostFalls = 2;
/** Keys that are remembered; a log with more has no bars, but numbers all over. */
const mostKeys = 64;

interface Seen {
  seen: number;
  grown: number;
  falls: number;
  share: number;
  current: number;
  total: number;
}

export class Evidence {
  readonly #seen = new Map<string, Seen>();

  /** Takes in a reading; whether it can be believed now. */
  believes(reading: Reading): boolean {
    if (reading.trust === 'sure') return true;
    const before = this.#seen.get(reading.key);
    const now = next(before, reading);
    this.#seen.delete(reading.key);
    this.#seen.set(reading.key, now);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= mostKeys) break;
      this.#seen.delete(oldest);
    }
    const { seen, grown } = needed[reading.trust];
    return now.falls < mostFalls && now.seen >= seen && now.grown >= grown;
  }

  /** Never believes readings of this key again. */
  forget(key: string): void {
    this.#seen.set(key, { seen: 0, grown: 0, falls: Number.POSITIVE_INFINITY, share: 0, current: 0, total: 0 });
  }
}

function next(before: Seen | undefined, reading: Reading): Seen {
  const { current, total } = reading;
  const share = shareOf(reading);
  // What begins with all of it has nothing left to tell.
  const start = { seen: share < 1 ? 1 : 0, grown: 0, share, current, total };
  if (before === undefined) return { ...start, falls: 0 };
  const isBelieved = before.grown >= needed.weak.grown;
  // More turned out to be to do while it went on.
  if (isBelieved && total > before.total && current >= before.current) return { ...before, share, current, total };
  if (share < before.share || (total !== before.total && !isBelieved)) {
    // Beginning again is what the next file, or the next epoch, does.
    const isAgain = share <= 0.1 && before.share >= 0.9;
    if (isAgain || (total !== before.total && share >= before.share)) return { ...start, falls: before.falls };
    return { ...start, falls: before.falls + 1 };
  }
  const grew = share > before.share;
  // A fall now and then, as of programs that work on several things at once, is made good by growing on.
  const falls = grew ? Math.max(0, before.falls - 0.25) : before.falls;
  return { falls, seen: before.seen + 1, grown: before.grown + (grew ? 1 : 0), share, current, total };
}
