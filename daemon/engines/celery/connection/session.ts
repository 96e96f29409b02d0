/** One connection to an application that stands: its broker, its results and the way to ask its workers. */
import type { CelerySettings } from '../../../../shared/connection.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { AmqpBroker } from '../brokers/amqpBroker.ts';
import type { Broker } from '../brokers/broker.ts';
import { RedisBroker } from '../brokers/redisBroker.ts';
import { openRedis } from '../brokers/redisConnection.ts';
import { ResultStore } from '../brokers/resultBackend.ts';
import type { Message } from '../wire/messages.ts';
import { type Names, namesOf } from '../wire/names.ts';
import type { ResultMeta } from '../wire/results.ts';
import { type AmqpAddress, brokerAddress, type RedisAddress, redisAddress, schemeOf } from './address.ts';
import { noResultAddress, unreadableBackend } from './limitations.ts';

export interface CeleryConnection {
  url: string;
  settings?: CelerySettings;
}

export interface SessionListeners {
  events(message: Message): void;
  reply(message: Message): void;
  result(id: string, meta: ResultMeta): void;
  unreadableResult(id: string): void;
  /** At most once; everything is closed by then. */
  gone(error: unknown): void;
}

/** Where things are, as the settings say. */
export interface Place {
  broker: RedisAddress | AmqpAddress;
  results: RedisAddress | null;
  names: Names;
  /** What can't be seen because of where results are kept. */
  notes: string[];
}

/** @throws JobdeckError INVALID_REQUEST */
export function placeOf({ url, settings = {} }: CeleryConnection): Place {
  const broker = brokerAddress(url);
  const names = namesOf(settings, broker.kind === 'redis' ? broker.database : 0);
  const given = settings.resultBackend;
  if (given === undefined) {
    if (broker.kind === 'redis') return { broker, results: broker, names, notes: [] };
    return { broker, results: null, names, notes: [noResultAddress] };
  }
  const scheme = schemeOf(given) || given.replace(/[^a-z+]/gi, '').slice(0, 20);
  if (/^(redis|rediss|redis\+socket)$/.test(scheme)) return { broker, results: redisAddress(given), names, notes: [] };
  return { broker, results: null, names, notes: [unreadableBackend(scheme)] };
}

export class Session {
  readonly broker: Broker;
  readonly results: ResultStore | null;

  private constructor(broker: Broker, results: ResultStore | null) {
    this.broker = broker;
    this.results = results;
  }

  /** @throws ConnectionProblem */
  static async open(
    { broker: address, results: resultAddress, names }: Place,
    listeners: SessionListeners,
  ): Promise<Session> {
    let isGone = false;
    let session: Session | null = null;
    const gone = (error: unknown) => {
      if (isGone) return;
      isGone = true;
      if (session === null) return;
      void session.close();
      listeners.gone(error);
    };
    const heard = { events: listeners.events, reply: listeners.reply, gone };
    const broker =
      address.kind === 'redis'
        ? await RedisBroker.open(address, names, heard, openRedis)
        : await AmqpBroker.open(address, names, heard);
    const { result, unreadableResult: unreadable } = listeners;
    try {
      const results =
        resultAddress === null
          ? null
          : await ResultStore.open(resultAddress, names, { result, unreadable, gone }, openRedis);
      session = new Session(broker, results);
    } catch (error) {
      await broker.close();
      throw error;
    }
    if (isGone) {
      await session.close();
      throw new JobdeckError(
        'CONNECTION_FAILED',
        'The connection was lost as soon as it was made.',
        'It is tried again.',
      );
    }
    return session;
  }

  async close(): Promise<void> {
    this.results?.close();
    await this.broker.close();
  }
}
