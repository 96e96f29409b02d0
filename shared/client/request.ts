/** HTTP requests to the daemon on the loopback interface, and their errors. */

import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { type ErrorBody, JobdeckError } from '../errors.ts';
import { accessProblem } from '../messages/daemonAccess.ts';
import { notProven, type ProvenAgent, provenConnection } from './provenConnection.ts';

/** Milliseconds of silence after which a request fails. */
export const requestTimeout = 30_000;

export interface HttpRequest {
  port: number;
  token: string;
  /** Reuses connections for reads. Without it, each request has its own connection. */
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

/** Sends a request and reads the whole reply, whatever its status. Rejects with DAEMON_UNREACHABLE or the reason of the abort. */
export async function send(call: HttpRequest): Promise<HttpReply> {
  try {
    return await exchange(call);
  } catch (error) {
    if (call.signal?.aborted) throw call.signal.reason;
    // The daemon closed a kept-alive connection just when it was reused. Repeating a read is safe.
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
      const silence = new Error(`no response for ${Math.round(timeout / 1000)} seconds`);
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

/** The error for a daemon that can't be reached or closed the connection; `cause` is the platform's error. */
export function unreachable(cause: unknown): JobdeckError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const error = accessProblem('DAEMON_UNREACHABLE', { reason });
  error.cause = cause;
  return error;
}

/** Whether the failed request certainly never reached a daemon that would act on it. */
export function neverSent(error: unknown): boolean {
  if (!(error instanceof JobdeckError)) return false;
  const cause = causeCode(error);
  return isPassing(error) || isNextDaemon(error) || cause === 'ECONNREFUSED' || cause === notProven;
}

/** The platform's code (`ECONNREFUSED`, `ETIMEDOUT`, …) behind DAEMON_UNREACHABLE, or null. */
export function causeCode(error: unknown): string | null {
  if (!(error instanceof JobdeckError) || error.code !== 'DAEMON_UNREACHABLE') return null;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

/** Whether the daemon is gone, so that the request may be repeated with another one. */
export function daemonGone(error: unknown): boolean {
  if (!(error instanceof JobdeckError)) return false;
  return error.code === 'DAEMON_UNREACHABLE' || isPassing(error) || isNextDaemon(error);
}

/** Whether the daemon refused because it is not ready yet, or no longer. */
function isPassing({ code }: JobdeckError): boolean {
  return code === 'DAEMON_STARTING' || code === 'DAEMON_STOPPING';
}

/** Whether a new daemon with a different token has taken over the port. */
function isNextDaemon(error: JobdeckError): boolean {
  return error.code === 'UNAUTHORIZED';
}

/** The JSON of a reply. If it isn't JSON, the reply is not from a daemon: DAEMON_UNREACHABLE. */
export function parseJson<T>(reply: HttpReply): T {
  try {
    return JSON.parse(reply.body.toString('utf8')) as T;
  } catch {
    throw unreachable(new Error(`another program replied with status ${reply.status}`));
  }
}

/** The error in a reply. */
export function toError(reply: HttpReply): JobdeckError {
  const { error } = parseJson<{ error?: Partial<ErrorBody> } | null>(reply) ?? {};
  if (typeof error?.code !== 'string' || typeof error.message !== 'string') {
    return unreachable(new Error(`another program replied with status ${reply.status}`));
  }
  const { code, message, hint = null, ...facts } = error;
  return new JobdeckError({ ...facts, code, message, hint });
}
