/** The result backend in Redis: what is written there is told on a channel of the same name as its key. */
import type { Redis } from 'ioredis';
import type { RedisAddress } from '../connection/address.ts';
import type { Names } from '../wire/names.ts';
import { type ResultMeta, readMeta } from '../wire/results.ts';
import { type OpenRedis, openTogether } from './redisConnection.ts';

const perRequest = 200;

export interface ResultListeners {
  result(id: string, meta: ResultMeta): void;
  /** A result that is not JSON. */
  unreadable(id: string): void;
  gone(error: unknown): void;
}

export class ResultStore {
  readonly #commands: Redis;
  readonly #channel: Redis;
  readonly #names: Names;

  private constructor(commands: Redis, channel: Redis, names: Names) {
    this.#commands = commands;
    this.#channel = channel;
    this.#names = names;
  }

  /** @throws ConnectionProblem */
  static async open(
    address: RedisAddress,
    names: Names,
    listeners: ResultListeners,
    open: OpenRedis,
  ): Promise<ResultStore> {
    return await openTogether(open, address, [{ blocks: false }, { blocks: false }], {
      gone: (error) => listeners.gone(error),
      async use([commands, channel]) {
        if (!commands || !channel) throw new Error('There are two connections.');
        channel.on('pmessage', (_pattern: string, key: string, text: string) => {
          const id = names.resultId(key);
          if (id === null) return;
          const meta = readMeta(text);
          if (meta === null) listeners.unreadable(id);
          else listeners.result(id, meta);
        });
        await channel.psubscribe(names.resultPattern);
        return new ResultStore(commands, channel, names);
      },
    });
  }

  /** What is kept of a task; null when nothing is, or nothing that can be read. */
  async get(id: string): Promise<ResultMeta | null> {
    const text = await this.#commands.get(this.#names.resultKey(id));
    return text === null ? null : readMeta(text);
  }

  async getAll(ids: readonly string[]): Promise<Map<string, ResultMeta>> {
    const found = new Map<string, ResultMeta>();
    for (let from = 0; from < ids.length; from += perRequest) {
      const some = ids.slice(from, from + perRequest);
      const texts = await this.#commands.mget(some.map((id) => this.#names.resultKey(id)));
      for (const [index, text] of texts.entries()) {
        const [id, meta] = [some[index], text === null ? null : readMeta(text)];
        if (id !== undefined && meta !== null) found.set(id, meta);
      }
    }
    return found;
  }

  /** Results that are kept, in no order, at most about `limit`. */
  async *kept(limit: number): AsyncGenerator<Map<string, ResultMeta>> {
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
