/** A connection to the daemon for reports. It does not keep the program alive and never reconnects. */
import WebSocket from 'ws';
import { JobdeckError } from '../../errors.ts';
import type {
  CancelRequested,
  ReportBatch,
  ReportsRefused,
  ReportsTaken,
  StartReply,
  StartRequest,
} from '../../reporting.ts';
import type { DaemonAddress } from '../http.ts';
import { provenForWebSocket } from '../provenConnection.ts';
import { parseJson, readReply, send, toError, unreachable } from '../request.ts';

/** Timeouts in milliseconds for connecting and for replies. */
const limits = { handshake: 5_000, answer: 15_000 };

type Reply = ReportsTaken | ReportsRefused;
interface PendingReply {
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

export interface LinkHandlers {
  /** A job was cancelled. */
  cancelRequested(jobId: string): void;
  /** The connection was lost. Not called after `close`, nor if it was never established. */
  lost(): void;
}

export class Link {
  readonly #address: DaemonAddress;
  readonly #handlers: LinkHandlers;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, PendingReply>();
  #batch = 0;
  #failure: unknown = null;

  private constructor(address: DaemonAddress, handlers: LinkHandlers) {
    this.#address = address;
    this.#handlers = handlers;
    this.#socket = new WebSocket(`ws://127.0.0.1:${address.port}/v1/stream`, {
      headers: { authorization: `Bearer ${address.token}` },
      handshakeTimeout: limits.handshake,
      perMessageDeflate: false,
      createConnection: provenForWebSocket(address, (socket) => socket.unref()),
    });
  }

  /** Connects. Rejects with a JobdeckError. */
  static async open(address: DaemonAddress, handlers: LinkHandlers): Promise<Link> {
    const link = new Link(address, handlers);
    await link.#opened();
    return link;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Starts a job. Rejects with the daemon's error, or with DAEMON_UNREACHABLE. */
  async start(request: StartRequest): Promise<StartReply> {
    const [method, path] = ['POST', '/v1/jobs/start'];
    const reply = await send({ ...this.#address, method, path, body: request, timeout: limits.answer });
    if (reply.status >= 300) throw toError(reply);
    return parseJson<StartReply>(reply);
  }

  /** Sends reports. Resolves with the daemon's reply after its commit. Rejects if the connection is lost. */
  report(jobs: ReportBatch['jobs']): Promise<Reply> {
    this.#batch += 1;
    const batch = this.#batch;
    const frame: ReportBatch = { type: 'report', batch, jobs };
    return new Promise<Reply>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new Error('the daemon does not respond')), limits.answer).unref();
      const settled = <T>(act: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(timer);
          act(value);
        };
      };
      this.#pending.set(batch, { resolve: settled(resolve), reject: settled(reject) });
      if (!this.isOpen) this.#rejectAll(this.#failure ?? new Error('the connection is closed'));
      else this.#socket.send(JSON.stringify(frame), (error) => error && this.#fail(error));
    });
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#fail(new Error('the connection was closed'));
  }

  #opened(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        reject(error instanceof JobdeckError ? error : unreachable(error));
        this.#fail(error);
      };
      socket.on('error', fail);
      socket.on('unexpected-response', (_request, response) => {
        readReply(response).then((reply) => fail(toError(reply)), fail);
      });
      socket.on('open', () => {
        resolve();
        socket.on('message', (data) => this.#receive(String(data)));
        socket.on('close', () => {
          this.#rejectAll(this.#failure ?? new Error('the daemon closed the connection'));
          this.#handlers.lost();
        });
      });
    });
  }

  #receive(text: string): void {
    let message: Reply | CancelRequested | { type: 'error'; error: { code: string; message: string } };
    try {
      message = JSON.parse(text);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (message.type === 'cancelRequested') this.#handlers.cancelRequested(message.jobId);
    else if (message.type === 'error') {
      this.#fail(new JobdeckError({ hint: null, ...message.error }));
    } else if (message.type === 'reported' || message.type === 'refused') {
      this.#pending.get(message.batch)?.resolve(message);
      this.#pending.delete(message.batch);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#socket.terminate();
    this.#rejectAll(this.#failure);
  }

  #rejectAll(error: unknown): void {
    for (const { reject } of this.#pending.values()) reject(error instanceof JobdeckError ? error : unreachable(error));
    this.#pending.clear();
  }
}
