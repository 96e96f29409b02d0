/** Redis as a broker: events are published on channels, queues are lists. See kombu/transport/redis.py. */
import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { asRecord, asText } from '../../untrustedJson.ts';
import type { ControlMessage } from '../wire/control.ts';
import { encodeEnvelope, readEnvelope, readTask } from '../wire/messages.ts';
import type { Names } from '../wire/names.ts';
import { parseJson } from '../wire/pythonJson.ts';
import { encodeTask, type NewTask } from '../wire/submitMessage.ts';
import type { RedisAddress } from './address.ts';
import type { Broker, BrokerListeners, QueueContents, QueuedTask } from './broker.ts';
import { type OpenRedis, openTogether } from './redisConnection.ts';
import { settleWithin } from './settleWithin.ts';

/** Messages that a search in a queue reads per command, and in total. */
const searchPage = 500;
const searchLimit = 100_000;
/** Messages of a queue that are read with one command, and the maximum number of characters. */
const readPage = 100;
const maxText = 16_000_000;
/** Seconds that one blocking read of replies lasts. */
const replyWaitSeconds = 5;
/** Time for removing the reply queue. */
const closeTimeoutMs = 1_000;

export class RedisBroker implements Broker {
  readonly kind = 'Redis';
  readonly version: string | null;
  readonly replyTo: { exchange: string; oid: string };
  readonly #names: Names;
  readonly #commands: Redis;
  readonly #events: Redis;
  readonly #replies: Redis;
  readonly #listeners: BrokerListeners;
  /** By queue, as of the previous read. */
  readonly #fingerprints = new Map<string, string>();
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

  /** @throws ConnectionError */
  static async open(
    address: RedisAddress,
    names: Names,
    listeners: BrokerListeners,
    open: OpenRedis,
  ): Promise<RedisBroker> {
    const kinds = [{ blocks: false }, { blocks: false }, { blocks: true }];
    return await openTogether(open, address, kinds, {
      onClosed: (error) => listeners.onClosed(error),
      async setUp([commands, events, replies]) {
        if (!commands || !events || !replies) throw new Error('Expected three connections.');
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
      if (message !== null) this.#listeners.onEvents(message);
    });
    await this.#events.psubscribe(...this.#names.eventPatterns);
    const { oid } = this.replyTo;
    await this.#commands.sadd(this.#names.replyBinding, this.#names.replyBindingMember(oid));
    void this.#receiveReplies();
  }

  async #receiveReplies(): Promise<void> {
    const key = this.#names.replyKey(this.replyTo.oid);
    while (!this.#closed) {
      // A broken connection is reported by its `end` event.
      const popped = await this.#replies.brpop(key, replyWaitSeconds).catch(() => 'broken' as const);
      if (popped === 'broken') return;
      const message = popped === null ? null : readEnvelope(popped[1]);
      if (message !== null) this.#listeners.onReply(message);
    }
  }

  async control({ body, headers }: ControlMessage): Promise<number> {
    const info = { exchange: this.#names.controlExchange, routing_key: '' };
    const properties = { delivery_mode: 1, delivery_info: info, priority: 0 };
    return await this.#commands.publish(this.#names.controlChannel, encodeEnvelope(body, { headers, properties }));
  }

  async submit(task: NewTask): Promise<void> {
    const { headers, body } = encodeTask(task);
    const priority = task.priority ?? 0;
    const info = { exchange: '', routing_key: task.queue };
    const properties = { correlation_id: task.id, reply_to: null, delivery_mode: 2, delivery_info: info, priority };
    await this.#commands.lpush(this.#names.listOf(task.queue, priority), encodeEnvelope(body, { headers, properties }));
  }

  async depth(queue: string): Promise<number> {
    const lengths = await Promise.all(this.#names.lists(queue).map((list) => this.#commands.llen(list)));
    return lengths.reduce((sum, length) => sum + length, 0);
  }

  async waiting(queue: string, limit: number): Promise<QueueContents> {
    const lists = this.#names.lists(queue);
    const ends = lists.map(
      (list) => [this.#commands.llen(list), this.#commands.lindex(list, 0), this.#commands.lindex(list, -1)] as const,
    );
    const states = await Promise.all(ends.map((one) => Promise.all(one)));
    const count = states.reduce((sum, [length]) => sum + length, 0);
    const fingerprint = createHash('sha1').update(JSON.stringify(states)).digest('base64');
    if (this.#fingerprints.get(queue) === fingerprint)
      return { count, tasks: [], isComplete: false, hasChanged: false };
    const tasks: QueuedTask[] = [];
    let [read, size] = [0, 0];
    for (const [index, list] of lists.entries()) {
      const wanted = Math.min(limit - read, states[index]?.[0] ?? 0);
      for (let from = 1; from <= wanted && size < maxText; from += readPage) {
        // Workers take from the end of the list.
        const texts = await this.#commands.lrange(list, -Math.min(from + readPage - 1, wanted), -from);
        read += texts.length;
        for (const text of texts.reverse()) {
          size += text.length;
          tasks.push(...parseTask(text, queue));
        }
      }
    }
    this.#fingerprints.set(queue, fingerprint);
    return { count, tasks, isComplete: read >= count, hasChanged: true };
  }

  async unacked(limit: number): Promise<QueuedTask[]> {
    const found: QueuedTask[] = [];
    for await (const [, entry] of this.#unackedEntries(limit)) found.push(...entry);
    return found;
  }

  async remove(queues: readonly string[], id: string): Promise<boolean> {
    for (const list of queues.flatMap((queue) => this.#names.lists(queue))) {
      for (let from = 0; from < searchLimit; from += searchPage) {
        const texts = await this.#commands.lrange(list, from, from + searchPage - 1);
        // Searching the text first avoids parsing a long queue.
        const text = texts.find((one) => one.includes(id) && parseTask(one, '').some(({ task }) => task.id === id));
        if (text !== undefined) return (await this.#commands.lrem(list, 1, text)) > 0;
        if (texts.length < searchPage) break;
      }
    }
    return false;
  }

  async removeUnacked(id: string): Promise<boolean> {
    for await (const [tag, entry] of this.#unackedEntries(searchLimit)) {
      if (!entry.some(({ task }) => task.id === id)) continue;
      await this.#commands.zrem(this.#names.unackedIndex, tag);
      return (await this.#commands.hdel(this.#names.unacked, tag)) > 0;
    }
    return false;
  }

  async *#unackedEntries(limit: number): AsyncGenerator<[string, QueuedTask[]]> {
    let cursor = '0';
    let read = 0;
    do {
      const [next, parts] = await this.#commands.hscan(this.#names.unacked, cursor, 'COUNT', 200);
      cursor = next;
      for (let index = 0; index + 1 < parts.length; index += 2) {
        const [tag, text] = [parts[index] ?? '', parts[index + 1] ?? ''];
        // The value is `[message, exchange, routing key]`.
        const [message, , key] = Array.isArray(parseJson(text)) ? (parseJson(text) as unknown[]) : [];
        read += 1;
        if (asRecord(message) !== null) yield [tag, parseTask(JSON.stringify(message), asText(key) ?? '')];
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
    await settleWithin(closeTimeoutMs, leaving);
    for (const one of [this.#replies, this.#events, this.#commands]) {
      one.removeAllListeners('end');
      one.disconnect();
    }
  }
}

function parseTask(text: string, queue: string): QueuedTask[] {
  const message = readEnvelope(text);
  const task = message === null ? null : readTask(message);
  return task === null ? [] : [{ task, queue }];
}
