/** One open connection to an application: its broker and, where it can be read, its result backend. */
import { celeryProblem } from '../../../../shared/messages/celery.ts';
import { AmqpBroker } from '../brokers/amqpBroker.ts';
import type { Broker } from '../brokers/broker.ts';
import { ConnectionError } from '../brokers/errors.ts';
import { RedisBroker } from '../brokers/redisBroker.ts';
import { openRedis } from '../brokers/redisConnection.ts';
import { ResultBackend } from '../brokers/resultBackend.ts';
import type { Message } from '../wire/messages.ts';
import type { ResultMeta } from '../wire/results.ts';
import type { Endpoints } from './endpoints.ts';
import type { RemoteControl } from './remoteControl.ts';

/** An open session and the remote control of its workers. */
export interface LiveConnection {
  session: Session;
  control: RemoteControl;
}

export interface SessionListeners {
  onEvents(message: Message): void;
  onReply(message: Message): void;
  onResult(id: string, meta: ResultMeta): void;
  onUnreadableResult(id: string): void;
  /** Called at most once, after everything has been closed. */
  onClosed(error: unknown): void;
}

export class Session {
  readonly broker: Broker;
  readonly results: ResultBackend | null;

  private constructor(broker: Broker, results: ResultBackend | null) {
    this.broker = broker;
    this.results = results;
  }

  /** @throws ConnectionError */
  static async open(
    { broker: address, results: resultAddress, names }: Endpoints,
    listeners: SessionListeners,
  ): Promise<Session> {
    let isClosed = false;
    let session: Session | null = null;
    const onClosed = (error: unknown) => {
      if (isClosed) return;
      isClosed = true;
      if (session === null) return;
      void session.close();
      listeners.onClosed(error);
    };
    const brokerListeners = { onEvents: listeners.onEvents, onReply: listeners.onReply, onClosed };
    const broker =
      address.kind === 'redis'
        ? await RedisBroker.open(address, names, brokerListeners, openRedis)
        : await AmqpBroker.open(address, names, brokerListeners);
    const { onResult, onUnreadableResult: onUnreadable } = listeners;
    try {
      const results =
        resultAddress === null
          ? null
          : await ResultBackend.open(resultAddress, names, { onResult, onUnreadable, onClosed }, openRedis);
      session = new Session(broker, results);
    } catch (error) {
      await broker.close();
      throw error;
    }
    if (isClosed) {
      await session.close();
      const params = { server: broker.kind, address: address.label };
      throw new ConnectionError('unreachable', celeryProblem.problem('CONNECTION_FAILED/closedImmediately', params));
    }
    return session;
  }

  async close(): Promise<void> {
    this.results?.close();
    await this.broker.close();
  }
}
