/** Redis as a broker: events by publishing, queues as lists. Facts: kombu/transport/redis.py. */
import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { fieldsOf, textOf } from '../../untrustedJson.ts';
import type { RedisAddress } from '../connection/address.ts';
import { atMost } from '../connection/settleWithin.ts';
import { type ControlMessage, envelope } from '../wire/control.ts';
import { readEnvelope, readTask } from '../wire/messages.ts';
import type { Names } from '../wire/names.ts';
import { parseJson } from '../wire/pythonJson.ts';
import { type NewTask, taskParts } from '../wire/submitMessage.ts';
import type { Broker, BrokerListeners, QueuedTask, Waiting } from './broker.ts';
import { type OpenRedis, openTogether } from './redisConnection.ts';

/** Of a queue, messages that are read at a time when one is looked for, and at most. */
const lookFor = 500;
const lookThrough = 100_000;
/** Messages that are read with one command, and characters of a queue that are read at most. */
const atOnce = 100;
const maxText = 16_000_000;
/** Seconds for which a wait for replies goes on before it is made anew. */
const replyWait = 5;
/** For taking away what is ours. */
const leaveMs = 1_000;

export class RedisBroker implements Broker {
  readonly kind = 'Redis';
  readonly version: string | null;
  readonly replyTo: { exchange: string; oid: string };
  readonly #names: Names;
  readonly #commands: Redis;
  readonly #events: Redis;
  readonly #replies: Redis;
  readonly #listeners: BrokerListeners;
  /** How each queue looked last. */
  readonly #looks = new Map<string, string>();
  #closed = false;

  private constructor(parts: {
    names: Names;
    commands: Redis;
    events: Redis;
    replies: Redis;
    listeners: BrokerListeners;
    version: string | null;
  }) {
    this.#names = parts.names;
    this.#commands = parts.commands;
    this.#events = parts.events;
    this.#replies = parts.replies;
    this.#listeners = parts.listeners;
    this.version = parts.version;
    this.replyTo = { exchange: parts.names.replyExchange, oid: randomUUID() };
  }

  /** @throws ConnectionProblem */
  static async open(
    address: RedisAddress,
    names: Names,
    listeners: BrokerListeners,
    open: OpenRedis,
  ): Promise<RedisBroker> {
    const kinds = [{ blocks: false }, { blocks: false }, { blocks: true }];
    return await openTogether(open, address, kinds, {
      gone: (error) => listeners.gone(error),
      async use([commands, events, replies]) {
        if (!commands || !events || !replies) throw new Error('There are three connections.');
        const info = await commands.info('server').catch(() => '');
        const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? null;
        const broker = new RedisBroker({ names, commands, events, replies, listeners, version });
        await broker.#listen();
        return broker;
      },
    });
  }

  async #listen(): Promise<void> {
    this.#events.on('pmessage', (_pattern: string, _channel: string, text: string) => {
      const message = readEnvelope(text);
      if (message !== null) this.#listeners.events(message);
    });
    await this.#events.psubscribe(...this.#names.eventPatterns);
    const { oid } = this.replyTo;
    await this.#commands.sadd(this.#names.replyBinding, this.#names.replyBindingMember(oid));
    void this.#takeReplies();
  }

  async #takeReplies(): Promise<void> {
    const key = this.#names.replyKey(this.replyTo.oid);
    while (!this.#closed) {
      // A connection that breaks is told by its end.
      const taken = await this.#replies.brpop(key, replyWait).catch(() => 'broken' as const);
      if (taken === 'broken') return;
      const message = taken === null ? null : readEnvelope(taken[1]);
      if (message !== null) this.#listeners.reply(message);
    }
  }

  async control({ body, headers }: ControlMessage): Promise<number> {
    const info = { exchange: this.#names.controlExchange, routing_key: '' };
    const properties = { delivery_mode: 1, delivery_info: info, priority: 0 };
    return await this.#commands.publish(this.#names.controlChannel, envelope(body, { headers, properties }));
  }

  async submit(task: NewTask): Promise<void> {
    const { headers, body } = taskParts(task);
    const priority = task.priority ?? 0;
    const info = { exchange: '', routing_key: task.queue };
    const properties = { correlation_id: task.id, reply_to: null, delivery_mode: 2, delivery_info: info, priority };
    await this.#commands.lpush(this.#names.listOf(task.queue, priority), envelope(body, { headers, properties }));
  }

  async depth(queue: string): Promise<number> {
    const lengths = await Promise.all(this.#names.lists(queue).map((list) => this.#commands.llen(list)));
    return lengths.reduce((sum, length) => sum + length, 0);
  }

  async waiting(queue: string, limit: number): Promise<Waiting> {
    const lists = this.#names.lists(queue);
    const ends = lists.map(
      (list) => [this.#commands.llen(list), this.#commands.lindex(list, 0), this.#commands.lindex(list, -1)] as const,
    );
    const looks = await Promise.all(ends.map((one) => Promise.all(one)));
    const count = looks.reduce((sum, [length]) => sum + length, 0);
    const look = createHash('sha1').update(JSON.stringify(looks)).digest('base64');
    if (this.#looks.get(queue) === look) return { count, tasks: [], isAll: false, isNew: false };
    const tasks: QueuedTask[] = [];
    let [read, size] = [0, 0];
    for (const [index, list] of lists.entries()) {
      const wanted = Math.min(limit - read, looks[index]?.[0] ?? 0);
      for (let from = 1; from <= wanted && size < maxText; from += atOnce) {
        // The next one is at the end.
        const texts = await this.#commands.lrange(list, -Math.min(from + atOnce - 1, wanted), -from);
        read += texts.length;
        for (const text of texts.reverse()) {
          size += text.length;
          tasks.push(...tasksIn(text, queue));
        }
      }
    }
    this.#looks.set(queue, look);
    return { count, tasks, isAll: read >= count, isNew: true };
  }

  async taken(limit: number): Promise<QueuedTask[]> {
    const found: QueuedTask[] = [];
    for await (const [, entry] of this.#takenEntries(limit)) found.push(...entry);
    return found;
  }

  async remove(queues: readonly string[], id: string): Promise<boolean> {
    for (const list of queues.flatMap((queue) => this.#names.lists(queue))) {
      for (let from = 0; from < lookThrough; from += lookFor) {
        const texts = await this.#commands.lrange(list, from, from + lookFor - 1);
        // Parsing all of a long queue takes long; the id is in the text of its message.
        const text = texts.find((one) => one.includes(id) && tasksIn(one, '').some(({ task }) => task.id === id));
        if (text !== undefined) return (await this.#commands.lrem(list, 1, text)) > 0;
        if (texts.length < lookFor) break;
      }
    }
    return false;
  }

  async removeTaken(id: string): Promise<boolean> {
    for await (const [tag, entry] of this.#takenEntries(lookThrough)) {
      if (!entry.some(({ task }) => task.id === id)) continue;
      await this.#commands.zrem(this.#names.unackedIndex, tag);
      return (await this.#commands.hdel(this.#names.unacked, tag)) > 0;
    }
    return false;
  }

  async *#takenEntries(limit: number): AsyncGenerator<[string, QueuedTask[]]> {
    let cursor = '0';
    let read = 0;
    do {
      const [next, parts] = await this.#commands.hscan(this.#names.unacked, cursor, 'COUNT', 200);
      cursor = next;
      for (let index = 0; index + 1 < parts.length; index += 2) {
        const [tag, text] = [parts[index] ?? '', parts[index + 1] ?? ''];
        // `[message, exchange, routing key]`
        const [message, , key] = Array.isArray(parseJson(text)) ? (parseJson(text) as unknown[]) : [];
        read += 1;
        if (fieldsOf(message) !== null) yield [tag, tasksIn(JSON.stringify(message), textOf(key) ?? '')];
      }
    } while (cursor !== '0' && read < limit);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { oid } = this.replyTo;
    const leaving = Promise.allSettled([
      this.#commands.srem(this.#names.replyBinding, this.#names.replyBindingMember(oid)),
      this.#commands.del(this.#names.replyKey(oid)),
    ]);
    await atMost(leaveMs, leaving);
    for (const one of [this.#replies, this.#events, this.#commands]) {
      one.removeAllListeners('end');
      one.disconnect();
    }
  }
}

function tasksIn(text: string, queue: string): QueuedTask[] {
  const message = readEnvelope(text);
  const task = message === null ? null : readTask(message);
  return task === null ? [] : [{ task, queue }];
}
