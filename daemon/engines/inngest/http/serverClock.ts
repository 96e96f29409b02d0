/** Converts times between the server's clock and the local clock. Nothing is ordered by the server's clock. */
import { inngestMessage } from '../../../../shared/messages/inngest.ts';
import type { Message } from '../../../../shared/messages/schema.ts';

/** Smaller differences come from latency and are ignored, so that times stay stable. */
const toleranceMs = 2_000;

export class ServerClock {
  readonly now: () => number;
  #ahead = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Takes the time from a response (ISO or HTTP date). Slow responses are ignored because they are imprecise. */
  observe(time: string | null, sentAt: number): void {
    const remote = time === null ? Number.NaN : Date.parse(time);
    const now = this.now();
    if (!Number.isFinite(remote) || now - sentAt > toleranceMs) return;
    const ahead = remote - (sentAt + now) / 2;
    if (Math.abs(ahead) <= toleranceMs) this.#ahead = 0;
    else if (Math.abs(ahead - this.#ahead) > toleranceMs) this.#ahead = Math.round(ahead);
  }

  /** Converts a time of the server to the local clock. */
  toLocal(remote: number): number {
    return remote - this.#ahead;
  }

  /** Converts a local time to the server's clock. */
  toServer(ours: number): number {
    return ours + this.#ahead;
  }

  /** A note if the clocks differ by more than 30 s. */
  skewNote(): Message | null {
    if (Math.abs(this.#ahead) < 30_000) return null;
    const difference = Math.round(Math.abs(this.#ahead) / 1000) * 1000;
    return inngestMessage(this.#ahead > 0 ? 'inngest.clockAhead' : 'inngest.clockBehind', { difference });
  }
}
