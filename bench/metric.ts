/** Results of a benchmark and the arithmetic behind them. */

export interface Metric {
  /** The figure that the main target applies to. */
  value: number;
  unit: string;
  target: number;
  /** Whether all figures with a target meet it. */
  met: boolean;
  /** A sentence with all figures and whether they meet their targets. */
  verdict: string;
  samples: unknown[];
}

/** Runs a measurement and reports its steps with `note`. */
export type Benchmark = (note: (text: string) => void) => Promise<Metric>;

/** One measured quantity. */
export interface Figure {
  name: string;
  /** Median of the rounds. */
  value: number;
  unit: string;
  target: string | null;
  met: boolean;
  /** Minimum and maximum of the rounds. */
  spread: [least: number, most: number];
  rounds: number[];
}

export type Target = { atMost: number } | { atLeast: number };

/** Summarizes the rounds. Without a target, the figure is informational. */
export function figure(name: string, unit: string, rounds: readonly number[], target: Target | null = null): Figure {
  const value = round(percentile(rounds, 0.5));
  const [limit, met] =
    target === null
      ? [null, true]
      : 'atMost' in target
        ? [`≤ ${target.atMost}`, value <= target.atMost]
        : [`≥ ${target.atLeast}`, value >= target.atLeast];
  const spread: Figure['spread'] = [round(Math.min(...rounds)), round(Math.max(...rounds))];
  return { name, value, unit, target: limit, met, spread, rounds: rounds.map(round) };
}

/** Combines figures into a metric. The first one is its value. */
export function metricOf(figures: [Figure, ...Figure[]], about: string): Metric {
  const [{ value, unit, target }] = figures;
  const values = figures.map((one) => `${one.name} ${one.value} ${one.unit}${targetOf(one)}`).join('; ');
  const verdict = `${about}: ${values}.`;
  const met = figures.every((one) => one.met);
  return { value, unit, target: Number(target?.slice(2) ?? Number.NaN), met, verdict, samples: figures };
}

function targetOf({ target, met, spread }: Figure): string {
  const range = ` (${spread.join('–')})`;
  return target === null ? range : `${range}, target ${target}: ${met ? 'met' : 'missed'}`;
}

/** Divides the values of matching rounds. */
export function ratios(numerators: readonly number[], denominators: readonly number[]): number[] {
  return numerators.map((one, index) => one / (denominators[index] ?? Number.NaN));
}

/** Nearest-rank percentile. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** Rounds to one decimal place, or to two below 10. */
export function round(value: number): number {
  const factor = Math.abs(value) < 10 ? 100 : 10;
  return Math.round(value * factor) / factor;
}
