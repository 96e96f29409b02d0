/** RabbitMQ as a broker: exchanges for events and control, and queues that can't be read without consuming them. */
import { randomUUID } from 'node:crypto';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { celeryProblem } from '../../../../shared/messages/celery.ts';
import { asRecord, asText } from '../../untrustedJson.ts';
import type { ControlMessage } from '../wire/control.ts';
import { type Message, readBody } from '../wire/messages.ts';
import type { Names } from '../wire/names.ts';
import { encodeTask, type NewTask } from '../wire/submitMessage.ts';
import type { AmqpAddress } from './address.ts';
import type { Broker, BrokerListeners } from './broker.ts';
import { readCaFile, toConnectionError } from './errors.ts';
import { settleWithin } from './settleWithin.ts';

const connectMs = 5_000;
/** Seconds between heartbeats, which detect a dead connection. */
const heartbeat = 10;
const closeTimeoutMs = 1_000;

export class AmqpBroker implements Broker {
  readonly kind = 'RabbitMQ';
  readonly version: string | null;
  readonly replyTo: { exchange: string; oid: string };
  readonly #connection: ChannelModel;
  readonly #names: Names;
  readonly #channel: ConfirmChannel;
  /** IDs of tasks that RabbitMQ returned because their queue doesn't exist. */
  readonly #returned = new Set<string>();
  /** Querying a missing queue closes the channel, so queries have one of their own. */
  #probe: Channel | null = null;
  /** Queries run one at a time, so that an error belongs to a known query. */
  #pendingProbe: Promise<unknown> = Promise.resolve();

  private constructor(connection: ChannelModel, channel: ConfirmChannel, names: Names) {
    this.#connection = connection;
    this.#channel = channel;
    this.#names = names;
    this.replyTo = { exchange: names.replyExchange, oid: randomUUID() };
    this.version = asText(asRecord(connection.connection.serverProperties)?.version);
  }

  /** @throws ConnectionError */
  static async open(address: AmqpAddress, names: Names, listeners: BrokerListeners): Promise<AmqpBroker> {
    try {
      const connection = await connectAmqp(address);
      let isGone = false;
      let latest: unknown = null;
      connection.on('error', (error) => (latest = error));
      connection.on('close', (error) => {
        if (isGone) return;
        isGone = true;
        listeners.onClosed(toConnectionError(latest ?? error, 'RabbitMQ', address.label));
      });
      try {
        const channel = await connection.createConfirmChannel();
        // A connection without its channel would receive nothing.
        channel.on('error', (error) => {
          latest = error;
          void connection.close().catch(() => undefined);
        });
        const broker = new AmqpBroker(connection, channel, names);
        await broker.#listen(listeners);
        return broker;
      } catch (error) {
        isGone = true;
        await connection.close().catch(() => undefined);
        throw error;
      }
    } catch (error) {
      throw toConnectionError(error, 'RabbitMQ', address.label);
    }
  }

  async #listen(listeners: BrokerListeners): Promise<void> {
    const { eventExchange, controlExchange, replyExchange } = this.#names;
    const { oid } = this.replyTo;
    await this.#channel.assertExchange(eventExchange, 'topic', { durable: true });
    await this.#channel.assertExchange(controlExchange, 'fanout', { durable: false });
    await this.#channel.assertExchange(replyExchange, 'direct', { durable: false });
    const own = { exclusive: true, autoDelete: true, durable: false };
    // Unread events are outdated after a minute.
    const events = await this.#channel.assertQueue('', { ...own, messageTtl: 60_000 });
    await this.#channel.bindQueue(events.queue, eventExchange, '#');
    const replies = await this.#channel.assertQueue(this.#names.replyQueue(oid), { ...own, expires: 60_000 });
    await this.#channel.bindQueue(replies.queue, replyExchange, oid);
    const toListener = (listener: (message: Message) => void) => (message: ConsumeMessage | null) => {
      if (message !== null) listener(readMessage(message));
    };
    await this.#channel.consume(events.queue, toListener(listeners.onEvents), { noAck: true });
    await this.#channel.consume(replies.queue, toListener(listeners.onReply), { noAck: true });
    this.#channel.on('return', (message) => this.#returned.add(asText(message.properties.correlationId) ?? ''));
  }

  async control({ body, headers }: ControlMessage): Promise<null> {
    await this.#publish(this.#names.controlExchange, '', body, { headers, persistent: false });
    return null;
  }

  async submit(task: NewTask): Promise<void> {
    const { headers, body } = encodeTask(task);
    const priority = task.priority === null ? {} : { priority: task.priority };
    const options = { headers, correlationId: task.id, persistent: true, mandatory: true, ...priority };
    await this.#publish('', task.queue, body, options);
    // RabbitMQ returns a message without a queue before it confirms it.
    if (!this.#returned.delete(task.id)) return;
    throw celeryProblem('INVALID_REQUEST/brokerQueue', { queue: task.queue });
  }

  async #publish(exchange: string, key: string, body: unknown, options: Record<string, unknown>): Promise<void> {
    const content = Buffer.from(JSON.stringify(body));
    const common = { contentType: 'application/json', contentEncoding: 'utf-8' };
    await new Promise<void>((settle, fail) => {
      this.#channel.publish(exchange, key, content, { ...common, ...options }, (error) =>
        error ? fail(error) : settle(),
      );
    });
  }

  async depth(queue: string): Promise<number | null> {
    const result = this.#pendingProbe.then(async () => {
      this.#probe ??= await this.#newProbe();
      try {
        return (await this.#probe.checkQueue(queue)).messageCount;
      } catch (error) {
        this.#probe = null;
        if (/\b404\b/.test(String(error))) return null;
        throw error;
      }
    });
    this.#pendingProbe = result.catch(() => undefined);
    return await result;
  }

  async #newProbe(): Promise<Channel> {
    const probe = await this.#connection.createChannel();
    // Errors also reject the query that caused them.
    probe.on('error', () => undefined);
    return probe;
  }

  async close(): Promise<void> {
    // Its exclusive queues are deleted with the connection.
    this.#connection.removeAllListeners('close');
    await settleWithin(closeTimeoutMs, this.#connection.close());
  }
}

async function connectAmqp({ host, port, username, password, vhost, tls }: AmqpAddress): Promise<ChannelModel> {
  // Loaded on demand, so that a daemon without connections doesn't load it.
  const { connect } = await import('amqplib');
  const authority = await readCaFile(tls);
  const ca = authority === undefined ? undefined : [authority];
  const secure =
    tls === null ? {} : { rejectUnauthorized: tls.verifyCertificate, servername: host, ...(ca ? { ca } : {}) };
  const protocol = tls === null ? 'amqp' : 'amqps';
  return await connect(
    { protocol, hostname: host, port, username, password, vhost, heartbeat },
    { timeout: connectMs, noDelay: true, clientProperties: { connection_name: 'jobdeck' }, ...secure },
  );
}

function readMessage({ properties, content }: ConsumeMessage): Message {
  const headers = asRecord(properties.headers) ?? {};
  return {
    headers,
    properties: { correlation_id: properties.correlationId, priority: properties.priority },
    body: readBody(asText(properties.contentType), headers, content),
  };
}
