/** Counts observations by upper bounds. */
export class Histogram {
  /** Ascending. */
  readonly bounds: readonly number[];
  /** Of each bound how many observations are up to it, those up to smaller ones included; then how many there are. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** `times`: so many observations of that value. */
  observe(value: number, times = 1): void {
    const first = this.bounds.findIndex((bound) => value <= bound);
    for (let at = first < 0 ? this.bounds.length : first; at < this.counts.length; at += 1) {
      this.counts[at] = (this.counts[at] ?? 0) + times;
    }
    this.sum += value * times;
  }
}
