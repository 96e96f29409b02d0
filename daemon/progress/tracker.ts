/**
 * From what lines say to the progress of a job. A job shows one bar at a time, and that never goes back:
 *
 * - Numbers are believed by evidence.ts. OSC 9;4, once written, is taken instead of everything else, until it is over.
 * - A lower number of the same bar is noise, unless the bar begins again (near 0 after more than half, or three times in
 *   a row): then that is a new phase, and its own progress is shown.
 * - Another bar is a new phase when the one before is nearly done (90 %). Otherwise it may be a bar inside the other, as
 *   of batches in an epoch: the outer one stays, as long as it goes on itself. It is left when the inner one has been
 *   through three times without that, or after 50 of its lines when nothing yet shows that it is an outer one, or after two when the row of
 *   the outer one was left for good.
 */
import type { Progress } from '../../shared/job.ts';
import { Evidence } from './evidence.ts';
import type { OscProgress } from './osc.ts';
import { type Reading, shareOf } from './reading.ts';

const nearlyDone = 0.9;
const beginning = 0.1;
const halfDone = 0.5;
/** Lower numbers in a row after which the higher one was wrong, or over. */
const mostBelow = 3;
/** Of another bar, until it takes over. */
const mostInner = { lines: 50, rounds: 3, left: 2 };
const mostBars = 32;
const oscKey = 'osc';

interface Active {
  reading: Reading;
  below: number;
  /** What follows can only be a new phase. */
  over: boolean;
  /** Of bars inside it, since it went on itself. */
  inner: { key: string; share: number; lines: number; rounds: number } | null;
  innerLabel: string | null;
  /** Its row was left, so that it is drawn no more, unless by going back up. */
  left: boolean;
}

/** A bar that was shown before. */
interface Known {
  share: number;
  /** It goes on when bars inside it have been through. */
  outer: boolean;
}

export class ProgressTracker {
  readonly #evidence = new Evidence();
  readonly #known = new Map<string, Known>();
  #active: Active | null = null;
  /** The program moves about the screen. */
  #goesUp = false;
  /** OSC 9;4 is in use. */
  #osc = false;

  /** Takes in what a line says. */
  take(reading: Reading): void {
    if (this.#osc && reading.key !== oscKey) return;
    if (!this.#evidence.believes(reading)) return;
    const active = this.#active;
    if (active === null) this.#begin(reading);
    else {
      const isSame = reading.key === active.reading.key;
      if (isSame ? this.#goOn(active, reading) : this.#other(active, reading)) this.#begin(reading);
    }
  }

  takeOsc(osc: OscProgress): void {
    if (osc.kind === 'over') {
      this.#osc = false;
      if (this.#active?.reading.key === oscKey) this.#active.over = true;
    }
    if (osc.kind !== 'percent') return;
    const more = { key: oscKey, trust: 'sure', label: null, message: null } as const;
    const reading: Reading = { current: osc.percent, total: 100, ...more };
    if (!this.#osc && this.#active?.reading.key !== oscKey) this.#begin(reading);
    this.#osc = true;
    this.take(reading);
  }

  /** The row in which something was redrawn is left. */
  leave(): void {
    if (this.#active !== null && !this.#goesUp) this.#active.left = true;
  }

  /** The cursor goes back up. */
  goUp(): void {
    this.#goesUp = true;
    if (this.#active !== null) this.#active.left = false;
  }

  /** As it is to be shown; null as long as there is none. */
  get progress(): Progress | null {
    if (this.#active === null) return null;
    const { reading, innerLabel } = this.#active;
    const { current, total, label, message } = reading;
    return { current, total, message: message ?? innerLabel, phase: label };
  }

  #begin(reading: Reading): void {
    this.#remember();
    this.#active = { reading, below: 0, over: false, inner: null, innerLabel: null, left: false };
  }

  #remember(): void {
    const before = this.#active?.reading;
    if (before === undefined) return;
    const outer = this.#known.get(before.key)?.outer === true;
    this.#known.delete(before.key);
    this.#known.set(before.key, { share: shareOf(before), outer });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostBars) break;
      this.#known.delete(oldest);
    }
  }

  /** A line about the bar that is shown. Whether it begins a new phase. */
  #goOn(active: Active, reading: Reading): boolean {
    const [before, share] = [shareOf(active.reading), shareOf(reading)];
    if (share >= before) {
      if (share > before && active.inner !== null) this.#known.set(reading.key, { share, outer: true });
      if (share > before) active.inner = null;
      Object.assign(active, { reading, below: 0, left: false });
      return false;
    }
    // More turns out to be to do while it goes on: it waits there until it has caught up.
    if (reading.total > active.reading.total && reading.current >= active.reading.current) {
      active.reading = { ...active.reading, message: reading.message };
      return false;
    }
    const again = (share <= beginning && before >= halfDone) || (before >= nearlyDone && share <= halfDone);
    if (again || active.over) return true;
    active.below += 1;
    if (active.below < mostBelow) return false;
    if (reading.trust === 'sure') return true;
    this.#evidence.forget(reading.key);
    this.#active = null;
    return false;
  }

  /** A line about another bar. Whether that is a new phase. */
  #other(active: Active, reading: Reading): boolean {
    if (reading.replaces === active.reading.key) return true;
    const known = this.#known.get(reading.key);
    const share = shareOf(reading);
    const outerIsBack = known !== undefined && share < 1 && (known.outer || share > known.share);
    const isOver = active.over || shareOf(active.reading) >= nearlyDone;
    if (outerIsBack && (isOver || active.inner === null)) {
      known.outer = true;
      return true;
    }
    // What nothing else looks like comes before what was only guessed.
    if (isOver || (active.reading.trust === 'weak' && reading.trust === 'sure')) return true;
    const { lines, rounds } = this.#inside(active, reading);
    if (rounds >= mostInner.rounds) return true;
    const isOuter = this.#known.get(active.reading.key)?.outer === true;
    return !isOuter && lines >= (active.left ? mostInner.left : mostInner.lines);
  }

  /** Notes a line about a bar inside the one that is shown. */
  #inside(active: Active, reading: Reading): NonNullable<Active['inner']> {
    const share = shareOf(reading);
    const before = active.inner ?? { key: reading.key, share: 0, lines: 0, rounds: 0 };
    const isSame = before.key === reading.key;
    const isThrough = share >= nearlyDone && !(isSame && before.share >= nearlyDone);
    const isAgain = isSame && before.share >= halfDone && before.share < nearlyDone && share <= beginning;
    const rounds = before.rounds + (isThrough || isAgain ? 1 : 0);
    active.inner = { key: reading.key, share, lines: before.lines + 1, rounds };
    active.innerLabel = reading.label ?? active.innerLabel;
    return active.inner;
  }
}
