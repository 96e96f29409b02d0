/** The clocks of other machines, which may differ from ours by minutes. Pure. */

/** How long a difference that was seen counts, so that a clock that is set right is noticed. */
const windowMs = 60_000;

interface ClockOffsets {
  since: number;
  current: number;
  previous: number;
}

/**
 * Tells their times by our clock. What a message took to come is never negative, so the smallest difference that was
 * seen of late is nearest to that of the clocks.
 */
export class WorkerClocks {
  readonly #hosts = new Map<string, ClockOffsets>();

  /** A message of `host`, written at `timestamp` by its clock, has come now. */
  observe(host: string, timestamp: number, now: number): void {
    const difference = now - timestamp;
    const known = this.#hosts.get(host);
    if (known === undefined) {
      if (this.#hosts.size >= 5_000) this.#hosts.clear();
      this.#hosts.set(host, { since: now, current: difference, previous: Number.POSITIVE_INFINITY });
    } else if (now - known.since > windowMs) {
      this.#hosts.set(host, { since: now, current: difference, previous: known.current });
    } else known.current = Math.min(known.current, difference);
  }

  /** A time of that host by our clock, never in the future; `now` when there is none. */
  toLocalPast(host: string | null, timestamp: number | null, now: number): number {
    return timestamp === null ? now : Math.min(now, this.toLocal(host, timestamp));
  }

  /** A time of that host by our clock; as it is when nothing is known of its clock. */
  toLocal(host: string | null, timestamp: number): number {
    const known = host === null ? undefined : this.#hosts.get(host);
    return Math.round(timestamp + (known === undefined ? 0 : Math.min(known.current, known.previous)));
  }
}
