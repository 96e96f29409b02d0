/** A result backend in Redis. Each result is also published on a channel with the name of its key. */
import type { Redis } from 'ioredis';
import type { Names } from '../wire/names.ts';
import { type ResultMeta, readMeta } from '../wire/results.ts';
import type { RedisAddress } from './address.ts';
import { type OpenRedis, openTogether } from './redisConnection.ts';

const batchSize = 200;

export interface ResultListeners {
  onResult(id: string, meta: ResultMeta): void;
  /** Called for a result that isn't JSON. */
  onUnreadable(id: string): void;
  onClosed(error: unknown): void;
}

export class ResultBackend {
  readonly #commands: Redis;
  readonly #channel: Redis;
  readonly #names: Names;

  private constructor(commands: Redis, channel: Redis, names: Names) {
    this.#commands = commands;
    this.#channel = channel;
    this.#names = names;
  }

  /** @throws ConnectionError */
  static async open(
    address: RedisAddress,
    names: Names,
    listeners: ResultListeners,
    open: OpenRedis,
  ): Promise<ResultBackend> {
    return await openTogether(open, address, [{ blocks: false }, { blocks: false }], {
      onClosed: (error) => listeners.onClosed(error),
      async setUp([commands, channel]) {
        if (!commands || !channel) throw new Error('Expected two connections.');
        channel.on('pmessage', (_pattern: string, key: string, text: string) => {
          const id = names.resultId(key);
          if (id === null) return;
          const meta = readMeta(text);
          if (meta === null) listeners.onUnreadable(id);
          else listeners.onResult(id, meta);
        });
        await channel.psubscribe(names.resultPattern);
        return new ResultBackend(commands, channel, names);
      },
    });
  }

  /** The result of a task; null if there is none, or if it can't be read. */
  async get(id: string): Promise<ResultMeta | null> {
    const text = await this.#commands.get(this.#names.resultKey(id));
    return text === null ? null : readMeta(text);
  }

  async getAll(ids: readonly string[]): Promise<Map<string, ResultMeta>> {
    const found = new Map<string, ResultMeta>();
    for (let from = 0; from < ids.length; from += batchSize) {
      const batch = ids.slice(from, from + batchSize);
      const texts = await this.#commands.mget(batch.map((id) => this.#names.resultKey(id)));
      for (const [index, text] of texts.entries()) {
        const [id, meta] = [batch[index], text === null ? null : readMeta(text)];
        if (id !== undefined && meta !== null) found.set(id, meta);
      }
    }
    return found;
  }

  /** Stored results in any order, about `limit` at most. */
  async *stored(limit: number): AsyncGenerator<Map<string, ResultMeta>> {
    let cursor = '0';
    let seen = 0;
    do {
      const [next, keys] = await this.#commands.scan(cursor, 'MATCH', this.#names.resultPattern, 'COUNT', 500);
      cursor = next;
      const ids = keys.flatMap((key) => this.#names.resultId(key) ?? []);
      seen += ids.length;
      if (ids.length > 0) yield await this.getAll(ids);
    } while (cursor !== '0' && seen < limit);
  }

  close(): void {
    for (const one of [this.#channel, this.#commands]) {
      one.removeAllListeners('end');
      one.disconnect();
    }
  }
}
