/** Asking workers: a command goes to all or some of them, and each replies, or does not. */
import type { Broker } from '../brokers/broker.ts';
import { type Command, controlMessage, readReply } from '../wire/control.ts';
import type { Message } from '../wire/messages.ts';

/** How far a worker's clock may be behind ours for it still to heed a command. */
const expiryMs = 3_600_000;
/** Replies after the first: one may be of a worker that is slower. */
const defaultTimeoutMs = 1_000;

export interface Replies {
  /** What each worker said, by its name; what two of the same name said, in a list of both. */
  values: Map<string, unknown>;
  /** How many workers heard it; null when the broker does not say. */
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
  /** Workers that are known to be there; for brokers that do not say who hears. */
  onlineCount(): number;
  /** A worker has answered. */
  onWorkerReplied(host: string): void;
}

export class RemoteControl {
  readonly #broker: Broker;
  readonly #deps: RemoteControlDeps;
  readonly #open = new Map<string, PendingRequest>();
  #count = 0;

  constructor(broker: Broker, deps: RemoteControlDeps) {
    this.#broker = broker;
    this.#deps = deps;
  }

  /** Resolves when all have answered, or after `ms` with those that have. Rejects when the broker is gone. */
  async request(
    method: string,
    how: { arguments?: Record<string, unknown>; destination?: string[]; ms?: number; all?: boolean } = {},
  ): Promise<Replies> {
    const { clock, onlineCount } = this.#deps;
    const command: Command = { method, arguments: how.arguments ?? {}, destination: how.destination ?? null };
    this.#count += 1;
    const message = controlMessage(command, {
      ...{ replyTo: this.#broker.replyTo, clock: this.#count, expiresAt: clock.now() + expiryMs },
    });
    const ms = how.ms ?? defaultTimeoutMs;
    const values = new Map<string, unknown>();
    return await new Promise<Replies>((settle, fail) => {
      let receivers: number | null = null;
      const stop = clock.after(ms, () => question.done());
      const question: PendingRequest = {
        values,
        received: 0,
        expected: Number.POSITIVE_INFINITY,
        done: () => {
          stop();
          this.#open.delete(message.ticket);
          settle({ values, receivers });
        },
      };
      this.#open.set(message.ticket, question);
      this.#broker.control(message).then(
        (heard) => {
          receivers = heard;
          if (how.all) return;
          // A worker that is not there any more may still be counted: then the time decides.
          const most = how.destination?.length ?? heard ?? (onlineCount() || Number.POSITIVE_INFINITY);
          question.expected = heard === 0 ? 0 : most;
          if (question.received >= question.expected) question.done();
        },
        (error: unknown) => {
          stop();
          this.#open.delete(message.ticket);
          fail(error);
        },
      );
    });
  }

  /** Sends a command nobody has to answer. */
  async broadcast(method: string, args: Record<string, unknown>): Promise<void> {
    await this.request(method, { arguments: args, ms: 0 });
  }

  onReply(message: Message): void {
    const reply = readReply(message);
    if (reply === null) return;
    const question = this.#open.get(reply.ticket);
    for (const [host, value] of Object.entries(reply.values)) {
      this.#deps.onWorkerReplied(host);
      if (!question) continue;
      const before = question.values.get(host);
      const both = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
      question.values.set(host, both);
    }
    if (!question) return;
    question.received += 1;
    if (question.received >= question.expected) question.done();
  }

  close(): void {
    for (const question of [...this.#open.values()]) question.done();
  }
}
