/** Remote control of workers: sends a command to all or some of them and collects their replies. */
import type { Broker } from '../brokers/broker.ts';
import { type Command, controlMessage, readReply } from '../wire/control.ts';
import type { Message } from '../wire/messages.ts';

/** Workers drop a command after this time by their own clock, so it must cover differences between clocks. */
const expiryMs = 3_600_000;
const defaultTimeoutMs = 1_000;

export interface Replies {
  /** The reply of each worker, by its name. Lists from workers with the same name are joined. */
  values: Map<string, unknown>;
  /** How many workers received the command; null if the broker doesn't report that. */
  receivers: number | null;
}

interface PendingRequest {
  values: Map<string, unknown>;
  received: number;
  expected: number;
  done(): void;
}

export interface RemoteControlDeps {
  clock: { now(): number; after(ms: number, call: () => void): () => void };
  /** Number of workers known to be online, for brokers that don't report receivers. */
  onlineCount(): number;
  onWorkerReplied(host: string): void;
}

export class RemoteControl {
  readonly #broker: Broker;
  readonly #deps: RemoteControlDeps;
  readonly #pending = new Map<string, PendingRequest>();
  #count = 0;

  constructor(broker: Broker, deps: RemoteControlDeps) {
    this.#broker = broker;
    this.#deps = deps;
  }

  /** Resolves when all workers have replied, or with the replies so far after `ms`. Rejects if the broker is gone. */
  async request(
    method: string,
    how: { arguments?: Record<string, unknown>; destination?: string[]; ms?: number; all?: boolean } = {},
  ): Promise<Replies> {
    const { clock, onlineCount } = this.#deps;
    const command: Command = { method, arguments: how.arguments ?? {}, destination: how.destination ?? null };
    this.#count += 1;
    const expiresAt = clock.now() + expiryMs;
    const message = controlMessage(command, { replyTo: this.#broker.replyTo, clock: this.#count, expiresAt });
    const ms = how.ms ?? defaultTimeoutMs;
    const values = new Map<string, unknown>();
    return await new Promise<Replies>((settle, fail) => {
      let receivers: number | null = null;
      const cancelTimeout = clock.after(ms, () => pending.done());
      const pending: PendingRequest = {
        values,
        received: 0,
        expected: Number.POSITIVE_INFINITY,
        done: () => {
          cancelTimeout();
          this.#pending.delete(message.ticket);
          settle({ values, receivers });
        },
      };
      this.#pending.set(message.ticket, pending);
      this.#broker.control(message).then(
        (count) => {
          receivers = count;
          if (how.all) return;
          // A worker that is gone may still be counted; then the timeout applies.
          const most = how.destination?.length ?? count ?? (onlineCount() || Number.POSITIVE_INFINITY);
          pending.expected = count === 0 ? 0 : most;
          if (pending.received >= pending.expected) pending.done();
        },
        (error: unknown) => {
          cancelTimeout();
          this.#pending.delete(message.ticket);
          fail(error);
        },
      );
    });
  }

  /** Sends a command without waiting for replies. */
  async broadcast(method: string, args: Record<string, unknown>): Promise<void> {
    await this.request(method, { arguments: args, ms: 0 });
  }

  onReply(message: Message): void {
    const reply = readReply(message);
    if (reply === null) return;
    const pending = this.#pending.get(reply.ticket);
    for (const [host, value] of Object.entries(reply.values)) {
      this.#deps.onWorkerReplied(host);
      if (!pending) continue;
      const earlier = pending.values.get(host);
      const joined = Array.isArray(earlier) && Array.isArray(value) ? [...earlier, ...value] : value;
      pending.values.set(host, joined);
    }
    if (!pending) return;
    pending.received += 1;
    if (pending.received >= pending.expected) pending.done();
  }

  close(): void {
    for (const pending of [...this.#pending.values()]) pending.done();
  }
}
