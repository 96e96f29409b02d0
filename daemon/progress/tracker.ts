/**
 * Derives the progress of a job from readings. One bar is shown at a time, and it never goes back:
 *
 * - evidence.ts decides which numbers are progress. While OSC 9;4 is in use, everything else is ignored.
 * - A lower number of the same bar is noise unless the bar restarts (near 0 after more than half, or lower three times in
 *   a row). A restart is a new phase with progress of its own.
 * - A different bar is a new phase if the current one is nearly done (90%). Otherwise it may be an inner bar, such as the
 *   batches of an epoch, and the outer bar stays as long as it advances too. The inner bar takes over when it has
 *   completed three rounds without that; after 50 lines if the outer bar has never advanced after an inner one; or after
 *   two lines if the cursor has left the row of the outer bar.
 * - A named step (`Epoch 3/40`) always stays the outer one, and the share of the inner bar is added to it. A step announced
 *   before its inner bar has only begun; one printed after it, and a bar, have ended.
 * - Of a later phase, the share of the whole job is not known.
 */
import type { Progress } from '../../shared/job.ts';
import { Evidence } from './evidence.ts';
import type { OscProgress } from './osc.ts';
import { type Reading, shareOf } from './reading.ts';

const nearlyDone = 0.9;
const beginning = 0.1;
const halfDone = 0.5;
/** Number of lower readings in a row after which the higher one was wrong or has restarted. */
const maxLower = 3;
/** How much is read of another bar before it takes over; `rowLeft` counts lines after the cursor left the row. */
const maxInner = { lines: 50, rounds: 3, rowLeft: 2 };
const maxBars = 32;
const oscKey = 'osc';
/** How much of a step that has not been counted yet may be shown. */
const lastBit = 0.99;

/** Whether it counts named steps, as in `Epoch 3/40`. */
const isStep = ({ key, trust, total }: Reading) => key.startsWith('step:') && trust === 'sure' && total > 1;

interface Active {
  reading: Reading;
  /** Number of lower readings in a row. */
  lower: number;
  /** Any further reading belongs to a new phase. */
  done: boolean;
  /** Readings of an inner bar since this bar last advanced. */
  inner: { key: string; share: number; lines: number; rounds: number } | null;
  innerLabel: string | null;
  /** The share of the inner bar since this bar last advanced, null without one. */
  innerShare: number | null;
  /** The cursor has left the row of this bar. */
  rowLeft: boolean;
  /** It is of the whole job: the first bar, or one with an inner bar. */
  whole: boolean;
  /** The current step has only begun. */
  begun: boolean;
}

/** A bar that was shown before. */
interface Known {
  share: number;
  /** It has advanced after readings of an inner bar. */
  outer: boolean;
}

export class ProgressTracker {
  readonly #evidence = new Evidence();
  readonly #known = new Map<string, Known>();
  #active: Active | null = null;
  /** The program moves the cursor up, so leaving a row means nothing. */
  #movesUp = false;
  /** OSC 9;4 is in use. */
  #osc = false;
  /** Number of bars shown so far. */
  #phases = 0;

  /** Adds a reading from a line. */
  add(reading: Reading): void {
    if (this.#osc && reading.key !== oscKey) return;
    if (reading.within !== undefined) this.add(reading.within);
    if (!this.#evidence.accepts(reading)) return;
    const active = this.#active;
    if (active === null) this.#begin(reading);
    else {
      const isSame = reading.key === active.reading.key;
      if (isSame ? this.#isRestart(active, reading) : this.#isNextPhase(active, reading)) this.#begin(reading);
    }
  }

  addOsc(osc: OscProgress): void {
    if (osc.kind === 'removed') {
      this.#osc = false;
      if (this.#active?.reading.key === oscKey) this.#active.done = true;
    }
    if (osc.kind !== 'percent') return;
    const more = { key: oscKey, trust: 'sure', label: null, message: null } as const;
    const reading: Reading = { current: osc.percent, total: 100, ...more };
    if (!this.#osc && this.#active?.reading.key !== oscKey) this.#begin(reading);
    this.#osc = true;
    this.add(reading);
  }

  /** The cursor has left a row in which something was redrawn. */
  leaveRow(): void {
    if (this.#active !== null && !this.#movesUp) this.#active.rowLeft = true;
  }

  /** The cursor has moved up. */
  moveUp(): void {
    this.#movesUp = true;
    if (this.#active !== null) this.#active.rowLeft = false;
  }

  /** The progress to show; null if there is none yet. */
  get progress(): Progress | null {
    if (this.#active === null) return null;
    const { reading, innerLabel, innerShare, whole, begun } = this.#active;
    const { current, total, label, message } = reading;
    const words = { message: message ?? innerLabel, phase: label };
    if (innerShare === null || !this.#isOuter(this.#active)) {
      return whole ? { current, total, ...words } : { current, total, ...words, share: null };
    }
    const ended = begun ? Math.max(0, current - 1) : current;
    return {
      // Two decimals are enough, and rounded down they never complete a step.
      current: isStep(reading)
        ? Math.min(total, Math.floor((current + Math.min(innerShare, lastBit)) * 100) / 100)
        : current,
      total,
      ...words,
      share: Math.min(1, Math.round(((ended + innerShare) / total) * 10_000) / 10_000),
    };
  }

  /** Whether the progress is a count, which need not be a percentage even if its total is 100. */
  get isCount(): boolean {
    const reading = this.#active?.reading;
    return reading !== undefined && (reading.total !== 100 || reading.counted === true);
  }

  #begin(reading: Reading): void {
    this.#remember();
    const first = this.#phases === 0;
    this.#phases += 1;
    this.#active = {
      reading,
      lower: 0,
      done: false,
      inner: null,
      innerLabel: null,
      innerShare: null,
      rowLeft: false,
      whole: (first && reading.isPart !== true) || isStep(reading) || this.#known.get(reading.key)?.outer === true,
      begun: isStep(reading),
    };
  }

  /** Whether the bar is known to be made of inner ones. */
  #isOuter({ reading }: Active): boolean {
    return isStep(reading) || this.#known.get(reading.key)?.outer === true;
  }

  #remember(): void {
    const before = this.#active?.reading;
    if (before === undefined) return;
    const outer = this.#known.get(before.key)?.outer === true;
    this.#known.delete(before.key);
    this.#known.set(before.key, { share: shareOf(before), outer });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxBars) break;
      this.#known.delete(oldest);
    }
  }

  /** Applies a reading of the current bar. Returns whether the bar has restarted, as a new phase. */
  #isRestart(active: Active, reading: Reading): boolean {
    const [before, share] = [shareOf(active.reading), shareOf(reading)];
    if (share >= before) {
      if (share > before && active.inner !== null) this.#known.set(reading.key, { share, outer: true });
      if (share > before) Object.assign(active, { inner: null, innerShare: null });
      Object.assign(active, { reading, lower: 0, rowLeft: false });
      return false;
    }
    // The total has grown. The number stays until the share has caught up.
    if (reading.total > active.reading.total && reading.current >= active.reading.current) {
      active.reading = { ...active.reading, message: reading.message };
      return false;
    }
    const restarts = (share <= beginning && before >= halfDone) || (before >= nearlyDone && share <= halfDone);
    if (restarts || active.done) return true;
    active.lower += 1;
    if (active.lower < maxLower) return false;
    if (reading.trust === 'sure') return true;
    this.#evidence.reject(reading.key);
    this.#active = null;
    return false;
  }

  /** Applies a reading of another bar. Returns whether that is a new phase. */
  #isNextPhase(active: Active, reading: Reading): boolean {
    if (reading.replaces === active.reading.key) return true;
    const known = this.#known.get(reading.key);
    const share = shareOf(reading);
    if (isStep(active.reading) && !isStep(reading)) {
      // Its bar was there before the step was: the step is printed when it has ended.
      if (known !== undefined && active.inner === null) active.begun = active.begun && active.innerShare !== null;
      this.#recordInner(active, reading);
      return false;
    }
    const outerIsBack = known !== undefined && share < 1 && (known.outer || share > known.share);
    const isDone = active.done || shareOf(active.reading) >= nearlyDone;
    if (outerIsBack && (isDone || active.inner === null)) {
      known.outer = true;
      return true;
    }
    // An unmistakable reading takes precedence over a guess.
    if (isDone || (active.reading.trust === 'weak' && reading.trust === 'sure')) return true;
    const { lines, rounds } = this.#recordInner(active, reading);
    if (rounds >= maxInner.rounds) return true;
    const isOuter = this.#known.get(active.reading.key)?.outer === true;
    // Several bars that are redrawn in place are there at the same time.
    if (isOuter || this.#movesUp) return false;
    return lines >= (active.rowLeft ? maxInner.rowLeft : maxInner.lines);
  }

  /** Records a reading of a bar inside the current one. */
  #recordInner(active: Active, reading: Reading): NonNullable<Active['inner']> {
    const share = shareOf(reading);
    const before = active.inner ?? { key: reading.key, share: 0, lines: 0, rounds: 0 };
    const isSame = before.key === reading.key;
    const isCompleted = share >= nearlyDone && !(isSame && before.share >= nearlyDone);
    const isRestarted = isSame && before.share >= halfDone && before.share < nearlyDone && share <= beginning;
    const rounds = before.rounds + (isCompleted || isRestarted ? 1 : 0);
    active.inner = { key: reading.key, share, lines: before.lines + 1, rounds };
    active.innerLabel = reading.label ?? active.innerLabel;
    // Of several inner bars, the one that is furthest counts, so that the number never goes back.
    active.innerShare = Math.max(active.innerShare ?? 0, share);
    return active.inner;
  }
}
