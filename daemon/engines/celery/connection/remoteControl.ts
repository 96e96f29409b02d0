/** Asking workers: a command goes to all or some of them, and each replies, or does not. */
import type { Broker } from '../brokers/broker.ts';
import { type Command, controlMessage, readReply } from '../wire/control.ts';
import type { Message } from '../wire/messages.ts';

/** How far a worker's clock may be behind ours for it still to heed a command. */
const validMs = 3_600_000;
/** Replies after the first: one may be of a worker that is slower. */
const usualMs = 1_000;

export interface Answers {
  /** What each worker said, by its name; what two of the same name said, in a list of both. */
  values: Map<string, unknown>;
  /** How many workers heard it; null when the broker does not say. */
  receivers: number | null;
}

interface Question {
  values: Map<string, unknown>;
  count: number;
  expected: number;
  done(): void;
}

export interface AskingDeps {
  clock: { now(): number; after(ms: number, call: () => void): () => void };
  /** Workers that are known to be there; for brokers that do not say who hears. */
  online(): number;
  /** A worker has answered. */
  heard(host: string): void;
}

export class Asking {
  readonly #broker: Broker;
  readonly #deps: AskingDeps;
  readonly #open = new Map<string, Question>();
  #count = 0;

  constructor(broker: Broker, deps: AskingDeps) {
    this.#broker = broker;
    this.#deps = deps;
  }

  /** Resolves when all have answered, or after `ms` with those that have. Rejects when the broker is gone. */
  async ask(
    method: string,
    how: { arguments?: Record<string, unknown>; destination?: string[]; ms?: number; all?: boolean } = {},
  ): Promise<Answers> {
    const { clock, online } = this.#deps;
    const command: Command = { method, arguments: how.arguments ?? {}, destination: how.destination ?? null };
    this.#count += 1;
    const message = controlMessage(command, {
      ...{ replyTo: this.#broker.replyTo, clock: this.#count, expiresAt: clock.now() + validMs },
    });
    const ms = how.ms ?? usualMs;
    const values = new Map<string, unknown>();
    return await new Promise<Answers>((settle, fail) => {
      let receivers: number | null = null;
      const stop = clock.after(ms, () => question.done());
      const question: Question = {
        values,
        count: 0,
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
          const most = how.destination?.length ?? heard ?? (online() || Number.POSITIVE_INFINITY);
          question.expected = heard === 0 ? 0 : most;
          if (question.count >= question.expected) question.done();
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
  async tell(method: string, args: Record<string, unknown>): Promise<void> {
    await this.ask(method, { arguments: args, ms: 0 });
  }

  onReply(message: Message): void {
    const reply = readReply(message);
    if (reply === null) return;
    const question = this.#open.get(reply.ticket);
    for (const [host, value] of Object.entries(reply.values)) {
      this.#deps.heard(host);
      if (!question) continue;
      const before = question.values.get(host);
      const both = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
      question.values.set(host, both);
    }
    if (!question) return;
    question.count += 1;
    if (question.count >= question.expected) question.done();
  }

  close(): void {
    for (const question of [...this.#open.values()]) question.done();
  }
}
