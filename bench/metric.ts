/** What a benchmark hands back, and the sums it needs. */

export interface Metric {
  /** The figure that the target is first of all about. */
  value: number;
  unit: string;
  target: number;
  /** Whether every figure with a target meets it. */
  met: boolean;
  /** In words: what was measured, and by how much it meets or misses its targets. */
  verdict: string;
  samples: unknown[];
}

/** Measures something; `note` tells whoever waits what goes on. */
export type Benchmark = (note: (text: string) => void) => Promise<Metric>;

/** One number of a metric that has several. */
export interface Figure {
  name: string;
  /** The median of the rounds. */
  value: number;
  unit: string;
  target: string | null;
  met: boolean;
  /** The smallest and the largest of the rounds. */
  spread: [least: number, most: number];
  rounds: number[];
}

export type Target = { atMost: number } | { atLeast: number };

/** The figure of these rounds; without a target it is only told. */
export function figure(name: string, unit: string, rounds: readonly number[], target: Target | null = null): Figure {
  const value = round(percentile(rounds, 0.5));
  const [said, met] =
    target === null
      ? [null, true]
      : 'atMost' in target
        ? [`≤ ${target.atMost}`, value <= target.atMost]
        : [`≥ ${target.atLeast}`, value >= target.atLeast];
  const spread: Figure['spread'] = [round(Math.min(...rounds)), round(Math.max(...rounds))];
  return { name, value, unit, target: said, met, spread, rounds: rounds.map(round) };
}

/** A metric of several figures; the first is its value. */
export function metricOf(figures: [Figure, ...Figure[]], about: string): Metric {
  const [{ value, unit, target }] = figures;
  const told = figures.map((one) => `${one.name} ${one.value} ${one.unit}${targetOf(one)}`).join('; ');
  const verdict = `${about}: ${told}.`;
  const met = figures.every((one) => one.met);
  return { value, unit, target: Number(target?.slice(2) ?? Number.NaN), met, verdict, samples: figures };
}

function targetOf({ target, met, spread }: Figure): string {
  const range = ` (${spread.join('–')})`;
  return target === null ? range : `${range}, target ${target}: ${met ? 'met' : 'missed'}`;
}

/** Pairs of the same rounds, divided. */
export function ratios(these: readonly number[], those: readonly number[]): number[] {
  return these.map((one, index) => one / (those[index] ?? Number.NaN));
}

/** By nearest rank. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** With one digit after the point, below 10 with two. */
export function round(value: number): number {
  const factor = Math.abs(value) < 10 ? 100 : 10;
  return Math.round(value * factor) / factor;
}
