/** Tracks progress found by a job's regular expression. Within a phase, it never goes back. */
import type { Progress } from '../../shared/job.ts';
import type { PatternGroups } from './pattern.ts';
import { numberOf } from './reading.ts';

const textLimit = 300;

export class PatternTracker {
  #progress: Progress | null = null;
  #isCount = false;

  get progress(): Progress | null {
    return this.#progress;
  }

  /** Whether the progress is a count, and not a percentage. */
  get isCount(): boolean {
    return this.#isCount;
  }

  /** Applies the groups of a matching line. Invalid numbers are ignored, and missing groups keep their values. */
  add(groups: PatternGroups): void {
    const before = this.#progress ?? { current: 0, total: null, message: null, phase: null };
    const phase = textOf(groups.phase) ?? before.phase;
    const message = textOf(groups.message) ?? before.message;
    const amounts = amountsOf(groups, before.total);
    if (amounts !== null) this.#isCount = !(numberOf(groups.percent) >= 0);
    if (phase !== before.phase) {
      this.#progress = { ...(amounts ?? { current: 0, total: null }), message, phase };
      return;
    }
    const advances = amounts !== null && (!isBehind(amounts, before) || isRestart(amounts, before));
    if (amounts === null && message === before.message) return;
    this.#progress = { ...before, ...(advances ? amounts : {}), message, phase };
  }
}

type Amounts = Pick<Progress, 'current' | 'total'>;

function amountsOf({ current, total, percent }: PatternGroups, knownTotal: number | null): Amounts | null {
  const share = numberOf(percent);
  if (share >= 0 && share <= 100) return { current: share, total: 100 };
  const n = numberOf(current);
  if (!(n >= 0 && n <= 1e15)) return null;
  const m = total === undefined ? (knownTotal ?? Number.NaN) : numberOf(total);
  if (Number.isNaN(m)) return { current: n, total: null };
  return m > 0 && n <= m && m <= 1e15 ? { current: n, total: m } : null;
}

const shareOf = ({ current, total }: Amounts) => (total === null ? null : current / total);

function isBehind(now: Amounts, before: Amounts): boolean {
  const [share, shareBefore] = [shareOf(now), shareOf(before)];
  if (share !== null && shareBefore !== null) return share < shareBefore;
  return share === null && (shareBefore !== null || now.current < before.current);
}

/** Whether the next file or round has begun. */
function isRestart(now: Amounts, before: Amounts): boolean {
  const [share, shareBefore] = [shareOf(now), shareOf(before)];
  return share !== null && shareBefore !== null && share <= 0.1 && shareBefore >= 0.5;
}

function textOf(text: string | undefined): string | null {
  const line = text?.replace(/\s+/g, ' ').trim() ?? '';
  return line === '' ? null : line.slice(0, textLimit).replace(/[\uD800-\uDBFF]$/, '');
}
