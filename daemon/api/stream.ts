/** `WS /v1/stream`: upgrades that pass the edge become subscribers of the change feed. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { JobdeckError } from '../../shared/errors.ts';
import { type FeedMessage, Subscribe } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { compile, sentence } from '../validation.ts';
import type { EdgeCheck } from './edge.ts';
import { refuseRaw, toErrorReply } from './errors.ts';
import type { Feed } from './feed.ts';

/** Bytes a client's frame may have; `subscribe` is all it ever sends. */
const maxPayload = 4096;
const maxConnections = 64;
/** Milliseconds clients get to answer the closing of their connection. */
const closeLimit = 500;

/** Codes of RFC 6455, section 7.4.1. */
const closeCodes = { goingAway: 1001, policyViolation: 1008, internalError: 1011 } as const;

export interface StreamDeps {
  feed: Feed;
  check: EdgeCheck;
  /** Aborted when the daemon begins to stop. */
  stopping: AbortSignal;
  /** Called when a connection opens or closes. */
  onConnections(): void;
  clock: Clock;
  log: Log;
}

export class Stream {
  readonly #deps: StreamDeps;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
  readonly #parse = compile(Subscribe);

  constructor(deps: StreamDeps) {
    this.#deps = deps;
    this.#server.on('wsClientError', (error, socket) => {
      refuseRaw(socket, new JobdeckError('INVALID_REQUEST', `This is no WebSocket handshake: ${error.message}.`));
    });
  }

  /** Number of open connections, subscribed or not. */
  get connections(): number {
    return this.#server.clients.size;
  }

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // A connection that breaks now has nobody left to tell.
      socket.on('error', () => socket.destroy());
      const refusal = this.#refusal(request);
      if (refusal !== null) refuseRaw(socket, refusal);
      else this.#server.handleUpgrade(request, socket, head, (client) => this.#accept(client));
    });
  }

  /** Closes every connection, telling why if the feed has not; resolves when all are gone. */
  async close(): Promise<void> {
    const open = [...this.#server.clients];
    const gone = Promise.all(open.map((client) => new Promise((settle) => client.once('close', settle))));
    const cancelTimer = this.#deps.clock.after(closeLimit, () => {
      for (const client of open) client.terminate();
    });
    for (const client of open) client.close(closeCodes.goingAway, 'The daemon is stopping.');
    await gone;
    cancelTimer();
  }

  #refusal({ headers, url = '' }: IncomingMessage): JobdeckError | null {
    const access = this.#deps.check(headers);
    if (access.refusal !== null) return access.refusal;
    if (url.split('?')[0] !== '/v1/stream') {
      return new JobdeckError('ROUTE_NOT_FOUND', 'Only /v1/stream takes WebSocket connections.');
    }
    if (this.#deps.stopping.aborted) return new JobdeckError('DAEMON_STOPPING', 'The daemon is stopping.');
    if (this.connections < maxConnections) return null;
    return new JobdeckError(
      'TOO_MANY_CONNECTIONS',
      `The daemon already feeds ${maxConnections} clients.`,
      'Close editor windows or commands that follow jobs.',
    );
  }

  #accept(client: WebSocket): void {
    const { feed, log, onConnections } = this.#deps;
    let unsubscribe: (() => void) | null = null;
    onConnections();
    client.on('error', (error) => log.info('A feed connection failed.', { reason: error.message }));
    client.on('close', () => {
      unsubscribe?.();
      onConnections();
    });
    client.on('message', (data, isBinary) => {
      try {
        if (unsubscribe !== null) throw invalid('It has subscribed already');
        unsubscribe = feed.subscribe(this.#sink(client), this.#read(String(data), isBinary));
      } catch (error) {
        this.#fail(client, error, closeCodes.policyViolation);
      }
    });
  }

  #sink(client: WebSocket) {
    return {
      send(messages: FeedMessage[], taken: () => void): void {
        messages.forEach((message, index) => {
          const isLast = index === messages.length - 1;
          // After an error the connection closes, which unsubscribes.
          client.send(JSON.stringify(message), (error) => isLast && !error && taken());
        });
      },
      fail: (error: unknown) => this.#fail(client, error, closeCodes.internalError),
    };
  }

  #read(text: string, isBinary: boolean): Subscribe {
    if (isBinary) throw invalid('It is binary');
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      throw invalid('It is not JSON');
    }
    const { value, problem } = this.#parse(message);
    if (problem !== null) throw invalid(sentence(problem, 'It'));
    return value;
  }

  #fail(client: WebSocket, error: unknown, code: number): void {
    const { body, unexpected } = toErrorReply(error);
    if (unexpected) this.#deps.log.error('The change feed failed for a client.', error);
    if (client.readyState === WebSocket.OPEN) client.send(JSON.stringify({ type: 'error', ...body }));
    client.close(code, body.error.code);
  }
}

function invalid(why: string): JobdeckError {
  return new JobdeckError('INVALID_REQUEST', `The message was not understood. ${why.replace(/\.?$/, '.')}`);
}
