/** The HTTP and WebSocket server of a daemon, with replies defined by a test. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { DaemonAddress } from '../../../../shared/client/http.ts';
import { proofOf } from '../../../../shared/client/proof.ts';
import { proofHeaders } from '../../../../shared/wire.ts';

export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export class FakeDaemon {
  readonly asked: Asked[] = [];
  /** Number of accepted connections. */
  connections = 0;
  readonly sockets = new WebSocketServer({ noServer: true });
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #open = new Set<Socket>();
  #answers: (asked: Asked, response: ServerResponse) => void;

  constructor(answers: (asked: Asked, response: ServerResponse) => void = () => {}) {
    this.#answers = answers;
    this.#server.on('connection', (socket) => {
      this.connections += 1;
      this.#open.add(socket);
      socket.on('close', () => this.#open.delete(socket));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.asked.push({ method: 'UPGRADE', url: request.url ?? '', headers: request.headers, body: '' });
      this.sockets.handleUpgrade(request, socket, head, (client) => this.sockets.emit('connection', client));
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get address(): DaemonAddress {
    return { port: (this.#server.address() as AddressInfo).port, token: 'secret' };
  }

  /** Closes all connections, as if the daemon had been killed. */
  breakConnections(): void {
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const client of this.sockets.clients) client.terminate();
    this.breakConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (prove(request, response, this.address)) return;
    let body = '';
    for await (const part of request) body += part;
    const asked = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    this.asked.push(asked);
    this.#answers(asked, response);
  }
}

/** Replies to a challenge like a daemon; false if there is none. */
export function prove(request: IncomingMessage, response: ServerResponse, { token, port }: DaemonAddress): boolean {
  const challenge = request.headers[proofHeaders.challenge];
  if (typeof challenge !== 'string') return false;
  response.writeHead(401, { [proofHeaders.proof]: proofOf(token, port, challenge) }).end();
  return true;
}

/** Replies with JSON. */
export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Replies like the log route, from the whole content. */
export function logReply(response: ServerResponse, asked: Asked, content: Buffer, ended: boolean): void {
  const query = new URL(asked.url, 'http://localhost').searchParams;
  const offset = Number(query.get('offset') ?? 0);
  const start = offset < 0 ? Math.max(0, content.length + offset) : offset;
  const bytes = content.subarray(start, start + Number(query.get('limit') ?? 262_144));
  const headers = { offset: String(start), size: String(content.length), ended: ended ? '1' : '0' };
  for (const [name, value] of Object.entries(headers)) response.setHeader(`x-jobdeck-log-${name}`, value);
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
}
