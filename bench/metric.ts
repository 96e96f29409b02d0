/** What a benchmark hands back, and the sums it needs. */

export interface Metric {
  /** The figure that the target is about. */
  value: number;
  unit: string;
  target: number;
  met: boolean;
  /** One sentence: what was measured, and by how much it meets or misses its targets. */
  verdict: string;
  samples: unknown[];
}

/** Measures something; `note` tells whoever waits what goes on. */
export type Benchmark = (note: (text: string) => void) => Promise<Metric>;

/** By nearest rank. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** With one digit after the point. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
