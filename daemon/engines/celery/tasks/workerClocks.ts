/** Converts times from the clocks of other machines, which may be minutes off. Pure. */

/** Older observations are dropped, so that an adjusted clock is noticed. */
const windowMs = 60_000;

interface ClockOffsets {
  since: number;
  current: number;
  previous: number;
}

/**
 * A message is never received before it is sent, so the smallest recently observed difference is the closest to the
 * difference between the clocks.
 */
export class WorkerClocks {
  readonly #hosts = new Map<string, ClockOffsets>();

  /** Call when a message from `host` with this timestamp has arrived. */
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

  /** Converts a time of `host` to the local clock, at most `now`; returns `now` if there is none. */
  toLocalPast(host: string | null, timestamp: number | null, now: number): number {
    return timestamp === null ? now : Math.min(now, this.toLocal(host, timestamp));
  }

  /** Converts a time of `host` to the local clock; unchanged if its clock isn't known. */
  toLocal(host: string | null, timestamp: number): number {
    const known = host === null ? undefined : this.#hosts.get(host);
    return Math.round(timestamp + (known === undefined ? 0 : Math.min(known.current, known.previous)));
  }
}
