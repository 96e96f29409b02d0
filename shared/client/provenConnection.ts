/** Connections on which the daemon proves its identity before anything else is sent. */
import { randomBytes } from 'node:crypto';
import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, type createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { proofHeaders } from '../wire.ts';
import { challengeFor, proofOf } from './proof.ts';

/** The error code if nothing was sent because the other side is not the daemon. */
export const notProven = 'ENOTPROVEN';

/** Milliseconds for the proof if the request has no timeout. */
const defaultTimeout = 10_000;
/** Maximum number of characters of a reply. */
const maxReplyLength = 16_384;

interface Address {
  port: number;
  token: string;
}

type Done = (error: Error | null, socket: Duplex) => void;

/**
 * A `createConnection` for requests. `prepare` is called with each new socket. The request uses the connection on which
 * the daemon proved its identity, so no other program can take its place.
 */
export function provenConnection(
  address: Address,
  prepare: (socket: Socket) => void = () => undefined,
): (options: ClientRequestArgs, done: Done) => undefined {
  return ({ timeout = defaultTimeout }, done) => {
    const socket = connect({ host: '127.0.0.1', port: address.port, noDelay: true });
    prepare(socket);
    prove(socket, address, timeout).then(
      () => done(null, socket),
      (error: Error) => {
        socket.destroy();
        done(error, socket);
      },
    );
  };
}

/** Reuses proven connections. */
export class ProvenAgent extends Agent {
  readonly #connect: ReturnType<typeof provenConnection>;

  constructor(address: Address) {
    super({ keepAlive: true });
    this.#connect = provenConnection(address);
  }

  override createConnection(options: ClientRequestArgs, done: Done): undefined {
    this.#connect(options, done);
  }
}

/** A `createConnection` for WebSockets. ws calls it like node:http, although its types are those of node:net. */
export function provenForWebSocket(...given: Parameters<typeof provenConnection>): typeof createConnection {
  return provenConnection(...given) as unknown as typeof createConnection;
}

function prove(socket: Socket, { port, token }: Address, limit: number): Promise<void> {
  const challenge = challengeFor(token, randomBytes(18).toString('base64url'));
  return new Promise((resolve, reject) => {
    let answer = '';
    const end = (error: Error | null) => {
      socket.off('data', take).off('error', end).off('end', gone).off('close', gone).off('timeout', late);
      socket.setTimeout(0);
      if (error === null) resolve();
      else reject(error);
    };
    const take = (part: Buffer) => {
      answer += part.toString('latin1');
      if (answer.includes('\r\n\r\n')) end(judge(answer, proofOf(token, port, challenge)));
      else if (answer.length > maxReplyLength) gone();
    };
    const gone = () => end(stranger());
    const late = () => end(Object.assign(new Error('no response in time'), { code: 'ETIMEDOUT' }));
    socket.on('data', take).on('error', end).on('end', gone).on('close', gone).on('timeout', late);
    socket.setTimeout(limit);
    socket.once('connect', () => {
      // Any program may refuse this, but without a body. Only the headers of the reply matter.
      const lines = ['HEAD /v1/health HTTP/1.1', `Host: 127.0.0.1:${port}`, `${proofHeaders.challenge}: ${challenge}`];
      socket.write([...lines, '', ''].join('\r\n'));
    });
  });
}

/** The error of a reply; null if it has the proof and the connection stays open. */
function judge(answer: string, proof: string): Error | null {
  const [, ...lines] = answer.slice(0, -4).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:\s]+): *(.*)$/.exec(line) ?? [];
    headers.set(name.toLowerCase(), value);
  }
  if (!answer.endsWith('\r\n\r\n') || headers.get(proofHeaders.proof) !== proof) return stranger();
  if (headers.get('connection')?.toLowerCase() !== 'close') return null;
  return Object.assign(new Error('the daemon is stopping'), { code: notProven });
}

function stranger(): Error {
  const error = new Error('another program listens on its port');
  return Object.assign(error, { code: notProven });
}
