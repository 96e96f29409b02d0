/** Connections on which the daemon has proved itself before anything is sent to it. */
import { randomBytes } from 'node:crypto';
import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, type createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { proofHeaders } from '../wire.ts';
import { challengeFor, proofOf } from './proof.ts';

/** Code of the error for a connection on which nothing was sent, because who answered is not the daemon. */
export const notProven = 'ENOTPROVEN';

/** Milliseconds the proof may take where a request has no limit of its own. */
const defaultLimit = 10_000;
/** Characters after which an answer is none. */
const longestAnswer = 16_384;

interface Address {
  port: number;
  token: string;
}

type Done = (error: Error | null, socket: Duplex) => void;

/**
 * `createConnection` of a request. `prepare` is called with each socket at its beginning. The connection
 * that is proved is the one that is used, so nobody can come between.
 */
export function provenConnection(
  address: Address,
  prepare: (socket: Socket) => void = () => undefined,
): (options: ClientRequestArgs, done: Done) => undefined {
  return ({ timeout = defaultLimit }, done) => {
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

/** Keeps proven connections for the next request. */
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

/** `createConnection` of a WebSocket, whose types know only the one of node:net; it calls it as node:http does. */
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
      else if (answer.length > longestAnswer) gone();
    };
    const gone = () => end(stranger());
    const late = () => end(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    socket.on('data', take).on('error', end).on('end', gone).on('close', gone).on('timeout', late);
    socket.setTimeout(limit);
    socket.once('connect', () => {
      // A refusal without a body, by whatever is there; only the header of it counts.
      const lines = ['HEAD /v1/health HTTP/1.1', `Host: 127.0.0.1:${port}`, `${proofHeaders.challenge}: ${challenge}`];
      socket.write([...lines, '', ''].join('\r\n'));
    });
  });
}

/** What is wrong with an answer; null when it is the proof and the connection stays open. */
function judge(answer: string, proof: string): Error | null {
  const [, ...lines] = answer.slice(0, -4).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:\s]+): *(.*)$/.exec(line) ?? [];
    headers.set(name.toLowerCase(), value);
  }
  if (!answer.endsWith('\r\n\r\n') || headers.get(proofHeaders.proof) !== proof) return stranger();
  if (headers.get('connection')?.toLowerCase() !== 'close') return null;
  return Object.assign(new Error('it is stopping'), { code: notProven });
}

function stranger(): Error {
  const error = new Error('what listens on its port is not the daemon that daemon.json tells of');
  return Object.assign(error, { code: notProven });
}
