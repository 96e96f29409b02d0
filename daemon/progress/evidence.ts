/**
 * Decides whether numbers in the output are progress. A likely reading is accepted after it has grown; a weak one, such
 * as a percentage somewhere in a line, only after it has grown for several lines. A reading that falls, or whose total
 * changes, starts again; after that has happened repeatedly it is never accepted.
 */
import { type Reading, shareOf, type Trust } from './reading.ts';

/** How often a reading has to be seen, and to have grown, before it is accepted. */
const required: Record<Trust, { seen: number; grown: number }> = {
  sure: { seen: 1, grown: 0 },
  likely: { seen: 2, grown: 1 },
  weak: { seen: 5, grown: 4 },
};
const maxFalls = 2;
/** Number of keys to remember. A log with more has no progress bars, just many numbers. */
const maxKeys = 64;

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

  /** Records a reading. Returns whether it is accepted as progress now. */
  accepts(reading: Reading): boolean {
    if (reading.trust === 'sure') return true;
    const before = this.#seen.get(reading.key);
    const now = next(before, reading);
    this.#seen.delete(reading.key);
    this.#seen.set(reading.key, now);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= maxKeys) break;
      this.#seen.delete(oldest);
    }
    const { seen, grown } = required[reading.trust];
    return now.falls < maxFalls && now.seen >= seen && now.grown >= grown;
  }

  /** Never accepts readings of this key again. */
  reject(key: string): void {
    this.#seen.set(key, { seen: 0, grown: 0, falls: Number.POSITIVE_INFINITY, share: 0, current: 0, total: 0 });
  }
}

function next(before: Seen | undefined, reading: Reading): Seen {
  const { current, total } = reading;
  const share = shareOf(reading);
  // A reading that starts at 100% doesn't count.
  const start = { seen: share < 1 ? 1 : 0, grown: 0, share, current, total };
  if (before === undefined) return { ...start, falls: 0 };
  const isEstablished = before.grown >= required.weak.grown;
  // The total may grow when more work is discovered.
  if (isEstablished && total > before.total && current >= before.current) return { ...before, share, current, total };
  if (share < before.share || (total !== before.total && !isEstablished)) {
    // The next file or epoch starts again from the beginning.
    const isRestart = share <= 0.1 && before.share >= 0.9;
    if (isRestart || (total !== before.total && share >= before.share)) return { ...start, falls: before.falls };
    return { ...start, falls: before.falls + 1 };
  }
  const grew = share > before.share;
  // Programs that work on several things at once fall back occasionally. Growing makes up for that.
  const falls = grew ? Math.max(0, before.falls - 0.25) : before.falls;
  return { falls, seen: before.seen + 1, grown: before.grown + (grew ? 1 : 0), share, current, total };
}
