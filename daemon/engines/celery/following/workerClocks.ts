/** The clocks of other machines, which may differ from ours by minutes. Pure. */

/** How long a difference that was seen counts, so that a clock that is set right is noticed. */
const validMs = 60_000;

interface Differences {
  since: number;
  now: number;
  before: number;
}

/**
 * Tells their times by our clock. What a message took to come is never negative, so the smallest difference that was
 * seen of late is nearest to that of the clocks.
 */
export class RemoteClocks {
  readonly #hosts = new Map<string, Differences>();

  /** A message of `host`, written at `timestamp` by its clock, has come now. */
  heard(host: string, timestamp: number, now: number): void {
    const difference = now - timestamp;
    const known = this.#hosts.get(host);
    if (known === undefined) {
      if (this.#hosts.size >= 5_000) this.#hosts.clear();
      this.#hosts.set(host, { since: now, now: difference, before: Number.POSITIVE_INFINITY });
    } else if (now - known.since > validMs) {
      this.#hosts.set(host, { since: now, now: difference, before: known.now });
    } else known.now = Math.min(known.now, difference);
  }

  /** A time of that host by our clock, never in the future; `now` when there is none. */
  past(host: string | null, timestamp: number | null, now: number): number {
    return timestamp === null ? now : Math.min(now, this.local(host, timestamp));
  }

  /** A time of that host by our clock; as it is when nothing is known of its clock. */
  local(host: string | null, timestamp: number): number {
    const known = host === null ? undefined : this.#hosts.get(host);
    return Math.round(timestamp + (known === undefined ? 0 : Math.min(known.now, known.before)));
  }
}
