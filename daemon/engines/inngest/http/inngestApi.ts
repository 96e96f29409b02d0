/** Calls to a server, with a timeout, a maximum response size and an explanation of errors. */

import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import type { Problem } from '../../../../shared/messages/schema.ts';
import { parseCut } from '../../../../shared/nesting.ts';
import { asArray, asRecord } from '../../untrustedJson.ts';
import { accessDenied } from './auth.ts';
import type { Endpoints } from './endpoints.ts';
import { type ErrorKind, InngestError, toUnreachable } from './errors.ts';
import { getPath, readText } from './json.ts';
import type { ServerClock } from './serverClock.ts';

/** Timeout of a call, in milliseconds. */
const timeoutMs = 10_000;
/** A page of a hundred runs with small outputs is 60 kB; an output may have 4 MB. */
const maxBytes = 32_000_000;

export interface ApiResponse {
  status: number;
  /** Null if it is not JSON. */
  body: unknown;
  isJson: boolean;
  /** The target of a redirect. */
  location: string | null;
  retryAfterMs: number | null;
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  /** Omits the signing key, for addresses that contain another key. */
  withoutKey?: boolean;
}

export class InngestApi {
  readonly endpoints: Endpoints;
  readonly #headers: Record<string, string>;
  readonly #signingKey: string | undefined;
  readonly #clock: ServerClock;
  /** Calls in progress. One shared signal would leak memory in some versions of Node. */
  readonly #pending = new Set<AbortController>();
  #closed = false;

  constructor(
    addresses: Endpoints,
    auth: { headers: Record<string, string>; signingKey: string | undefined },
    clock: ServerClock,
  ) {
    this.endpoints = addresses;
    this.#headers = auth.headers;
    this.#signingKey = auth.signingKey;
    this.#clock = clock;
  }

  get hasSigningKey(): boolean {
    return (this.#signingKey ?? '').trim() !== '';
  }

  /** Aborts all calls in progress. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#pending) controller.abort();
  }

  /** The response, whatever its status. @throws InngestError `unreachable` or `unsupported` if there is no response */
  async request(url: string, { method = 'GET', body, withoutKey = false }: RequestOptions = {}): Promise<ApiResponse> {
    const { host } = this.endpoints;
    const controller = new AbortController();
    if (this.#closed) controller.abort();
    this.#pending.add(controller);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, timeoutMs);
    const sentAt = this.#clock.now();
    try {
      const response = await fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(withoutKey && this.#signingKey ? {} : this.#headers),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The key must only be sent to this host.
        redirect: 'manual',
        signal: controller.signal,
      });
      const raw = await readBody(response, host);
      const parsed = parseJson(raw);
      this.#clock.observe(readText(getPath(parsed, 'metadata', 'fetchedAt')) ?? response.headers.get('date'), sentAt);
      return {
        status: response.status,
        body: parsed ?? null,
        isJson: parsed !== undefined,
        location: response.headers.get('location'),
        retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), this.#clock.now()),
      };
    } catch (error) {
      if (error instanceof InngestError) throw error;
      throw toUnreachable(host, error, timedOut);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(controller);
    }
  }

  /** The JSON of the response. @throws InngestError for any other response */
  async json(url: string, call: RequestOptions = {}): Promise<unknown> {
    const response = await this.request(url, call);
    if (response.status === 200 && response.isJson) return response.body;
    throw this.errorFrom(response);
  }

  /** Explains an unexpected response. */
  errorFrom({ status: httpStatus, body, isJson, location, retryAfterMs }: ApiResponse): InngestError {
    const address = this.endpoints.host;
    const { problem } = inngestProblem;
    const error = (kind: ErrorKind, what: Problem) => new InngestError(kind, what, retryAfterMs);
    if (httpStatus === 401 || httpStatus === 403) return this.accessDenied();
    if (httpStatus === 429) return error('rateLimited', problem('CONNECTION_FAILED/rateLimited', { address }));
    const reason = errorMessage(body);
    if (httpStatus >= 500 && httpStatus !== 501) {
      return error(
        'serverError',
        reason === null
          ? problem('CONNECTION_FAILED/serverError', { address, httpStatus })
          : problem('CONNECTION_FAILED/serverErrorReason', { address, httpStatus, reason }),
      );
    }
    if (httpStatus >= 300 && httpStatus < 400) {
      const target = URL.parse(location ?? '')?.host ?? null;
      return error(
        'unsupported',
        target === null
          ? problem('CONNECTION_FAILED/redirect', { address })
          : problem('CONNECTION_FAILED/redirectTo', { address, target }),
      );
    }
    if (!isJson) return error('unsupported', problem('CONNECTION_FAILED/notInngest', { address }));
    return error(
      'unsupported',
      reason === null
        ? problem('CONNECTION_FAILED/status', { address, httpStatus })
        : problem('CONNECTION_FAILED/statusReason', { address, httpStatus, reason }),
    );
  }

  /** The server denied access. `code`: CONNECTION_INVALID for a command that is known not to have had an effect. */
  accessDenied(code: 'CONNECTION_FAILED' | 'CONNECTION_INVALID' = 'CONNECTION_FAILED'): InngestError {
    const variant = accessDenied(this.#signingKey);
    const { host: address } = this.endpoints;
    return new InngestError('unauthorized', inngestProblem.problem(`${code}/${variant}`, { address }));
  }
}

/** The error message in a response of the v2, v1 or GraphQL API. */
export function errorMessage(body: unknown): string | null {
  const first = asArray(getPath(body, 'errors'))[0];
  return (
    readText(getPath(first, 'message'), 300) ??
    readText(getPath(body, 'error'), 300) ??
    readText(getPath(body, 'message'), 300)
  );
}

/** The error code in a response of the v2 API, such as `not_found`. */
export const errorCode = (body: unknown): string | null =>
  readText(getPath(asArray(getPath(body, 'errors'))[0], 'code'), 100);

/** Whether the response means that the server has no such route. */
export const isMissingRoute = ({ status, isJson }: ApiResponse): boolean =>
  !isJson || status === 404 || status === 405 || status === 501;

async function readBody(response: Response, address: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) {
      const params = { address, limit: maxBytes };
      throw new InngestError('serverError', inngestProblem.problem('CONNECTION_FAILED/responseTooLarge', params));
    }
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Undefined if it is not a JSON object or array. */
function parseJson(raw: string): unknown {
  try {
    const value: unknown = parseCut(raw);
    return asRecord(value) ?? (Array.isArray(value) ? value : undefined);
  } catch {
    return undefined;
  }
}

/** `Retry-After` (a number of seconds or a time) in milliseconds. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const ms = /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
