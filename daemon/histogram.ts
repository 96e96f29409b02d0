/** Counts observations in cumulative buckets, as Prometheus does. */
export class Histogram {
  /** Ascending. */
  readonly bounds: readonly number[];
  /** Cumulative: the number of observations up to each bound, then the number of all observations. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** Records `times` observations of a value. */
  observe(value: number, times = 1): void {
    const first = this.bounds.findIndex((bound) => value <= bound);
    for (let at = first < 0 ? this.bounds.length : first; at < this.counts.length; at += 1) {
      this.counts[at] = (this.counts[at] ?? 0) + times;
    }
    this.sum += value * times;
  }
}
