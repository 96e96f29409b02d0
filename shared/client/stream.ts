/** A connection to the daemon's change feed. */
import type WebSocket from 'ws';
import { JobdeckError } from '../errors.ts';
import type { FeedMessage, FeedPart, Subscribe } from '../feedMessages.ts';
import { FeedParts, streamInParts } from '../feedParts.ts';
import type { DaemonAddress } from './http.ts';
import { provenForWebSocket } from './provenConnection.ts';
import { readReply, toError, unreachable } from './request.ts';

/** Milliseconds for the daemon to accept the connection. */
const handshakeTimeout = 10_000;

export interface FeedHandlers {
  /** Called with each message in order, starting with a snapshot or the changes since the requested revision. */
  message(message: FeedMessage): void;
  /** Called at most once, when the connection is lost or could not be made, but not after `close()`. */
  closed(error: JobdeckError): void;
}

/**
 * Subscribes to the change feed from a revision, or from `emptyFeed`. Apply the frames to a `FeedPicture` of
 * shared/feed.ts. It never reconnects: to resume, create another connection from the latest revision. The class of `ws` is
 * a parameter, so that the extension can load this library when it connects.
 */
export class FeedConnection {
  readonly #socket: WebSocket;
  readonly #parts = new FeedParts();
  #failure: Error | null = null;
  #closed = false;

  constructor(
    Socket: typeof WebSocket,
    address: DaemonAddress,
    from: Pick<Subscribe, 'epoch' | 'rev'>,
    handlers: FeedHandlers,
  ) {
    this.#socket = new Socket(`ws://127.0.0.1:${address.port}${streamInParts}`, {
      headers: { authorization: `Bearer ${address.token}` },
      handshakeTimeout,
      perMessageDeflate: false,
      createConnection: provenForWebSocket(address),
    });
    this.#socket.on('open', () => {
      const subscribe: Subscribe = { type: 'subscribe', epoch: from.epoch, rev: from.rev };
      this.#socket.send(JSON.stringify(subscribe));
    });
    this.#socket.on('message', (data) => {
      if (!this.#closed) this.#receive(String(data), handlers);
    });
    this.#socket.on('unexpected-response', (_request, response) => {
      readReply(response)
        .then((reply) => this.#fail(toError(reply)))
        .catch((error: unknown) => this.#fail(error));
    });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', (code, reason) => {
      if (this.#closed) return;
      this.#closed = true;
      const failure = this.#failure ?? new Error(String(reason) || `the daemon closed the connection (${code})`);
      handlers.closed(failure instanceof JobdeckError ? failure : unreachable(failure));
    });
  }

  /** Closes the connection. No handler is called afterwards. */
  close(): void {
    this.#closed = true;
    this.#socket.terminate();
  }

  #receive(text: string, handlers: FeedHandlers): void {
    let message: FeedMessage | null;
    try {
      message = this.#parts.join(JSON.parse(text) as FeedMessage | FeedPart);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (message !== null) handlers.message(message);
  }

  /** Terminates a failed connection, which emits `close`. The first error is the one to report. */
  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#socket.terminate();
  }
}
