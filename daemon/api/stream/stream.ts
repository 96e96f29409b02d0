/** `WS /v1/stream`: lets authorized clients subscribe to the change feed and report on jobs. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { JobdeckError } from '../../../shared/errors.ts';
import { type FeedMessage, type FeedPart, Subscribe } from '../../../shared/feedMessages.ts';
import { inParts, streamInParts } from '../../../shared/feedParts.ts';
import { requestProblem } from '../../../shared/messages/requests.ts';
import { isNestedTooDeep, maxNesting } from '../../../shared/nesting.ts';
import { compile, mismatchMessage } from '../../../shared/validation.ts';
import type { Clock } from '../../clock.ts';
import type { ReportCommands } from '../../jobs/ports.ts';
import type { Log } from '../../log.ts';
import { type Access, type EdgeCheck, notOpenToJob } from '../edge/access.ts';
import type { Sockets } from '../edge/sockets.ts';
import { refuseRaw, toErrorReply } from '../errors.ts';
import { BatchReader } from './batchReader.ts';
import type { Feed } from './feed.ts';
import { type ChannelSink, ReportChannel } from './reportChannel.ts';

/** Characters that a client's message may have. */
const maxMessage = 4 * 1024 * 1024;
/** Bytes. A larger message is cut off without an error reply, because it is not read to its end. */
const maxPayload = 16 * 1024 * 1024;
const maxConnections = 256;
/** Milliseconds that clients get to complete the closing handshake. */
const closeLimit = 500;

/** Codes of RFC 6455, section 7.4.1. */
const closeCodes = { goingAway: 1001, policyViolation: 1008, tooBig: 1009, internalError: 1011 } as const;

export interface StreamDeps {
  feed: Feed;
  programs: ReportCommands;
  /** Emits cancels of reported jobs. */
  reported: { onCancel(listener: (jobId: string) => void): () => void };
  check: EdgeCheck;
  sockets: Sockets;
  /** Aborted when the daemon begins to stop. */
  stopping: AbortSignal;
  /** Connections are accepted when the daemon is ready. */
  readiness: { wait(): Promise<void> };
  /** Called when a connection opens or closes. */
  onConnections(): void;
  clock: Clock;
  log: Log;
}

export class Stream {
  readonly #deps: StreamDeps;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
  readonly #parse = compile(Subscribe);
  readonly #reader = new BatchReader();
  readonly #channels = new Set<ReportChannel>();
  readonly #bytes = new WeakMap<FeedMessage | FeedPart, Buffer>();
  readonly #stopListening: () => void;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
    this.#stopListening = deps.reported.onCancel((jobId) => {
      for (const channel of this.#channels) channel.cancelRequested(jobId);
    });
    this.#server.on('wsClientError', (error, socket) => {
      refuseRaw(socket, requestProblem('INVALID_REQUEST/handshake', { reason: error.message }));
    });
  }

  /** Number of open connections, subscribed or not. */
  get connections(): number {
    return this.#server.clients.size;
  }

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // An error on a broken connection has no recipient.
      socket.on('error', () => socket.destroy());
      void this.#open(request, socket, head);
    });
  }

  async #open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const access = await this.#accessWhenReady(request, socket);
    if (access.refusal !== null) refuseRaw(socket, access.refusal);
    else {
      const takesParts = request.url === streamInParts;
      this.#server.handleUpgrade(request, socket, head, (client) => {
        this.#accept(client, { onlyJob: access.jobId, takesParts });
      });
    }
  }

  async #accessWhenReady(request: IncomingMessage, socket: Duplex): Promise<Access> {
    const access = this.#access(request, socket);
    if (access.refusal !== null) return access;
    try {
      await this.#deps.readiness.wait();
    } catch (error) {
      if (error instanceof JobdeckError) return { refusal: error };
      throw error;
    }
    return this.#deps.stopping.aborted ? { refusal: requestProblem('DAEMON_STOPPING') } : access;
  }

  /** Closes every connection; resolves when all are closed. */
  async close(): Promise<void> {
    this.#stopListening();
    const open = [...this.#server.clients];
    const gone = Promise.all(open.map((client) => new Promise((settle) => client.once('close', settle))));
    const cancelTimer = this.#deps.clock.after(closeLimit, () => {
      for (const client of open) client.terminate();
    });
    for (const client of open) client.close(closeCodes.goingAway, 'The daemon is stopping.');
    await gone;
    cancelTimer();
  }

  #access({ headers, url = '' }: IncomingMessage, socket: Duplex): Access {
    const access = this.#deps.check(headers);
    if (access.refusal !== null) return access;
    if (url.split('?')[0] !== '/v1/stream') return { refusal: requestProblem('ROUTE_NOT_FOUND/webSocket') };
    if (this.#deps.stopping.aborted) return { refusal: requestProblem('DAEMON_STOPPING') };
    if (this.connections < maxConnections) return this.#admitted(access, socket);
    return { refusal: requestProblem('TOO_MANY_CONNECTIONS', { limit: maxConnections }) };
  }

  #admitted(access: Access, socket: Duplex): Access {
    try {
      this.#deps.sockets.admit(socket);
      return access;
    } catch (error) {
      if (error instanceof JobdeckError) return { refusal: error };
      throw error;
    }
  }

  /**
   * `onlyJob` is the job that the client may report on if it sent a job's token. `takesParts` says whether it accepts a
   * snapshot in several messages.
   */
  #accept(client: WebSocket, { onlyJob, takesParts }: { onlyJob: string | null; takesParts: boolean }): void {
    const { feed, log, onConnections } = this.#deps;
    const channel = this.#channel(client, onlyJob);
    let unsubscribe: (() => void) | null = null;
    onConnections();
    this.#channels.add(channel);
    client.on('error', (error) => log.info('A connection failed.', { reason: error.message }));
    client.on('close', () => {
      this.#channels.delete(channel);
      unsubscribe?.();
      onConnections();
    });
    client.on('message', (data, isBinary) => {
      try {
        const message = read(data, isBinary);
        if (isReport(message)) channel.take(message);
        else {
          if (onlyJob !== null) throw notOpenToJob(onlyJob);
          if (unsubscribe !== null) throw requestProblem('INVALID_REQUEST/subscribedAlready');
          unsubscribe = feed.subscribe(this.#sink(client, takesParts), this.#subscription(message));
        }
      } catch (error) {
        const tooBig = error instanceof JobdeckError && error.code === 'BODY_TOO_LARGE';
        this.#fail(client, error, tooBig ? closeCodes.tooBig : closeCodes.policyViolation);
      }
    });
  }

  #channel(client: WebSocket, onlyJob: string | null): ReportChannel {
    const { programs, log } = this.#deps;
    const onDefect = (error: unknown) => log.error('Taking reports failed.', error);
    const sink: ChannelSink = {
      send: (message, onSent) => {
        // After an error the connection closes.
        client.send(JSON.stringify(message), (error) => !error && onSent());
      },
      setReading: (reading) => (reading ? client.resume() : client.pause()),
    };
    return new ReportChannel({ programs, reader: this.#reader, onDefect }, sink, onlyJob);
  }

  #sink(client: WebSocket, takesParts: boolean) {
    const toBytes = (message: FeedMessage | FeedPart) => this.#bytesOf(message);
    return {
      send(messages: FeedMessage[], onSent: () => void): void {
        const all = messages.flatMap<FeedMessage | FeedPart>((one) =>
          takesParts && one.type === 'snapshot' ? inParts(one) : [one],
        );
        // One after the other, so that only one at a time takes memory as text.
        const sendNext = () => {
          const message = all.shift();
          if (message === undefined) onSent();
          // After an error the connection closes, which unsubscribes.
          else client.send(toBytes(message), { binary: false }, (error) => !error && sendNext());
        };
        sendNext();
      },
      fail: (error: unknown) => this.#fail(client, error, closeCodes.internalError),
    };
  }

  /** The text of a message, made once for all clients that get it. Snapshots are too large to be kept as text. */
  #bytesOf(message: FeedMessage | FeedPart): Buffer {
    const made = this.#bytes.get(message);
    if (made !== undefined) return made;
    const bytes = Buffer.from(JSON.stringify(message));
    if (message.type === 'changes') this.#bytes.set(message, bytes);
    return bytes;
  }

  #subscription(message: unknown): Subscribe {
    const { value, problem } = this.#parse(message);
    if (problem !== null)
      throw requestProblem('INVALID_REQUEST/message', { reason: mismatchMessage(problem, 'message') });
    return value;
  }

  #fail(client: WebSocket, error: unknown, code: number): void {
    const { body, unexpected } = toErrorReply(error);
    if (unexpected) this.#deps.log.error('The change feed failed for a client.', error);
    if (client.readyState === WebSocket.OPEN) client.send(JSON.stringify({ type: 'error', ...body }));
    client.close(code, body.error.code);
  }
}

/** @throws JobdeckError BODY_TOO_LARGE, INVALID_REQUEST */
function read(data: RawData, isBinary: boolean): unknown {
  if (isBinary) throw requestProblem('INVALID_REQUEST/binaryMessage');
  const text = String(data);
  if (text.length > maxMessage) {
    throw requestProblem('BODY_TOO_LARGE/message', { length: text.length, limit: maxMessage });
  }
  if (isNestedTooDeep(text)) throw requestProblem('INVALID_REQUEST/messageNesting', { limit: maxNesting });
  try {
    return JSON.parse(text);
  } catch {
    throw requestProblem('INVALID_REQUEST/messageJson');
  }
}

function isReport(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'report';
}
