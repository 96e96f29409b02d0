/** A client of the change feed that records messages and lets tests wait for them. */
import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { emptyFeed, FeedPicture, type FeedState } from '../../../shared/feed.ts';
import type { FeedMessage } from '../../../shared/feedMessages.ts';
import type { TestDaemon } from '../harness.ts';

export class FeedClient {
  readonly socket: WebSocket;
  readonly messages: FeedMessage[] = [];
  /** Close code and reason once the connection is closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #picture: FeedPicture;
  #check: () => void = () => {};

  constructor(socket: WebSocket, from: FeedState) {
    this.socket = socket;
    this.#picture = new FeedPicture(from);
    socket.on('message', (data) => this.#receive(JSON.parse(String(data))));
    this.closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  }

  /** Connects and subscribes from a position in the feed. */
  static async open(daemon: TestDaemon, from: FeedState = emptyFeed): Promise<FeedClient> {
    const client = await FeedClient.connect(daemon, from);
    client.send({ type: 'subscribe', epoch: from.epoch, rev: from.rev });
    await client.until(() => client.messages.length > 0);
    return client;
  }

  /** Connects without subscribing. */
  static async connect(daemon: TestDaemon, from: FeedState = emptyFeed): Promise<FeedClient> {
    const client = new FeedClient(daemon.openStream(), from);
    await once(client.socket, 'open');
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** Resolves when the condition holds. It is checked after each message. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      const closed = await Promise.race([
        new Promise<false>((settle) => {
          this.#check = () => settle(false);
        }),
        this.closed,
      ]);
      if (closed && !condition()) throw new Error(`The feed closed: ${JSON.stringify(closed)}`);
    }
  }

  /** The position in the feed, in a comparable form. */
  get state(): FeedState {
    const { epoch, rev, jobs } = this.#picture;
    return { epoch, rev, jobs };
  }

  /** The current jobs: ID and revision. */
  get jobs(): [string, number][] {
    return [...this.state.jobs.values()].map((job): [string, number] => [job.id, job.rev]).sort();
  }

  close(): Promise<unknown> {
    this.socket.close();
    return this.closed;
  }

  #receive(message: FeedMessage): void {
    this.messages.push(message);
    if (message.type === 'snapshot' || message.type === 'changes') this.#picture.apply(message);
    this.#check();
  }
}
