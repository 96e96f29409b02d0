/** One HTTP exchange with the daemon on the loopback, and what its failures are called. */

import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { type ErrorBody, JobdeckError } from '../errors.ts';
import { accessProblem } from '../messages/daemonAccess.ts';
import { notProven, type ProvenAgent, provenConnection } from './provenConnection.ts';

/** Milliseconds of silence after which a daemon counts as not answering. */
export const requestTimeout = 30_000;

export interface HttpRequest {
  port: number;
  token: string;
  /** Keeps the connections of reads; without it each has its own. */
  agent?: ProvenAgent;
  method: string;
  path: string;
  body?: unknown;
  /** Milliseconds of silence allowed. */
  timeout?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface HttpReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends a request and reads the whole reply, whatever its status. Rejects with DAEMON_UNREACHABLE or the abort's reason. */
export async function send(call: HttpRequest): Promise<HttpReply> {
  try {
    return await exchange(call);
  } catch (error) {
    if (call.signal?.aborted) throw call.signal.reason;
    // The daemon closed a kept-alive connection in the moment it was used again: a read just asks once more.
    if (error instanceof StaleConnection) return send(call);
    throw unreachable(error);
  }
}

class StaleConnection extends Error {}

function exchange(call: HttpRequest): Promise<HttpReply> {
  const { port, token, agent, method, path, body, timeout = requestTimeout, signal } = call;
  const text = body === undefined ? null : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      signal,
      timeout,
      ...(method === 'GET' && agent !== undefined
        ? { agent }
        : { createConnection: provenConnection({ port, token }) }),
      headers: {
        authorization: `Bearer ${token}`,
        ...(text === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
    });
    outgoing.on('timeout', () => {
      const silence = new Error(`no answer for ${Math.round(timeout / 1000)} seconds`);
      outgoing.destroy(Object.assign(silence, { code: 'ETIMEDOUT' }));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const stale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(stale ? new StaleConnection(error.message) : error);
    });
    outgoing.on('response', (incoming) => readReply(incoming).then(resolve, reject));
    outgoing.end(text ?? undefined);
  });
}

/** Reads a reply to its end. */
export async function readReply(incoming: IncomingMessage): Promise<HttpReply> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(parts) };
}

/** The error for a daemon that can't be reached or broke off; `cause` is what the platform said. */
export function unreachable(cause: unknown): JobdeckError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const error = accessProblem('DAEMON_UNREACHABLE', { reason });
  error.cause = cause;
  return error;
}

/** Whether the request that failed so certainly never reached a daemon that would act on it. */
export function neverSent(error: unknown): boolean {
  if (!(error instanceof JobdeckError)) return false;
  const cause = causeCode(error);
  return error.code === 'DAEMON_STOPPING' || isNextDaemon(error) || cause === 'ECONNREFUSED' || cause === notProven;
}

/** The platform's code (`ECONNREFUSED`, `ETIMEDOUT`, …) behind DAEMON_UNREACHABLE, or null. */
export function causeCode(error: unknown): string | null {
  if (!(error instanceof JobdeckError) || error.code !== 'DAEMON_UNREACHABLE') return null;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

/** Whether the daemon went away: another one, found or started, can be asked the same. */
export function daemonGone(error: unknown): boolean {
  if (!(error instanceof JobdeckError)) return false;
  return error.code === 'DAEMON_UNREACHABLE' || error.code === 'DAEMON_STOPPING' || isNextDaemon(error);
}

/** Whether the daemon that comes after the one asked has its port, and a token of its own. */
function isNextDaemon(error: JobdeckError): boolean {
  return error.code === 'UNAUTHORIZED';
}

/** The JSON of a reply; DAEMON_UNREACHABLE when it is none, because then it wasn't the daemon that answered. */
export function parseJson<T>(reply: HttpReply): T {
  try {
    return JSON.parse(reply.body.toString('utf8')) as T;
  } catch {
    throw unreachable(new Error(`something that is not Jobdeck answered with status ${reply.status}`));
  }
}

/** The error a reply carries. */
export function toError(reply: HttpReply): JobdeckError {
  const { error } = parseJson<{ error?: Partial<ErrorBody> } | null>(reply) ?? {};
  if (typeof error?.code !== 'string' || typeof error.message !== 'string') {
    return unreachable(new Error(`something that is not Jobdeck answered with status ${reply.status}`));
  }
  const { code, message, hint = null, ...facts } = error;
  return new JobdeckError({ ...facts, code, message, hint });
}
