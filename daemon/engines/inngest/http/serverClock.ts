/** How far the server's clock is from ours, so that its times can be told in ours. Nothing is ever ordered by its clock. */
import { formatDuration } from '../../../../shared/format.ts';

/** Less than this is no difference: it comes of the way, and times must not waver. */
const toleranceMs = 2_000;

export class ServerClock {
  readonly now: () => number;
  #ahead = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  /** An answer carried this time, an ISO time or that of an HTTP header. An answer that took long says little. */
  observe(time: string | null, sentAt: number): void {
    const remote = time === null ? Number.NaN : Date.parse(time);
    const now = this.now();
    if (!Number.isFinite(remote) || now - sentAt > toleranceMs) return;
    const ahead = remote - (sentAt + now) / 2;
    if (Math.abs(ahead) <= toleranceMs) this.#ahead = 0;
    else if (Math.abs(ahead - this.#ahead) > toleranceMs) this.#ahead = Math.round(ahead);
  }

  /** A time of the server by our clock. */
  toLocal(remote: number): number {
    return remote - this.#ahead;
  }

  /** The time that the server has now. */
  toServer(ours: number): number {
    return ours + this.#ahead;
  }

  /** A sentence when the clocks differ by more than minutes would matter. */
  skewNote(): string | null {
    if (Math.abs(this.#ahead) < 30_000) return null;
    const by = formatDuration(Math.round(Math.abs(this.#ahead) / 1000) * 1000);
    return `The server’s clock is ${by} ${this.#ahead > 0 ? 'ahead of' : 'behind'} this machine’s; times are shown by this machine’s.`;
  }
}
