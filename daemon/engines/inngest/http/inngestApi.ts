/** Calls to a server: each has an end in time, a bound in size and a sentence for what goes wrong. */

import { asArray, asRecord } from '../../untrustedJson.ts';
import { refusalHint } from './auth.ts';
import type { Endpoints } from './endpoints.ts';
import { InngestError, toUnreachable } from './errors.ts';
import { getPath, readText } from './json.ts';
import type { ServerClock } from './serverClock.ts';

/** Time for one call, in milliseconds. */
const timeoutMs = 10_000;
/** A page of a hundred runs with small outputs is 60 kB; an output may have 4 MB. */
const maxBytes = 32 << 20;

export interface ApiResponse {
  status: number;
  /** null where it is no JSON. */
  body: unknown;
  isJson: boolean;
  /** Where it wants to send us instead. */
  location: string | null;
  retryAfterMs: number | null;
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  /** Without the signing key: for addresses that carry a key of their own. */
  withoutKey?: boolean;
}

export class InngestApi {
  readonly endpoints: Endpoints;
  readonly #headers: Record<string, string>;
  readonly #signingKey: string | undefined;
  readonly #clock: ServerClock;
  /** Under way. Not one signal for all of them: signals combined with one that lives long pile up at it in some versions of Node. */
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

  /** Ends every call under way. */
  close(): void {
    this.#closed = true;
    for (const call of this.#pending) call.abort();
  }

  /** Whatever it answers. @throws InngestError `unreachable` or `foreign` when that is not an answer at all. */
  async request(url: string, { method = 'GET', body, withoutKey = false }: RequestOptions = {}): Promise<ApiResponse> {
    const { host } = this.endpoints;
    const call = new AbortController();
    if (this.#closed) call.abort();
    this.#pending.add(call);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      call.abort();
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
        // The key is for this host alone.
        redirect: 'manual',
        signal: call.signal,
      });
      const raw = await readBody(response, host);
      const parsed = parseJson(raw);
      const answer = {
        ...{ status: response.status, body: parsed ?? null, isJson: parsed !== undefined },
        location: response.headers.get('location'),
        retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), this.#clock.now()),
      };
      this.#clock.observe(readText(getPath(parsed, 'metadata', 'fetchedAt')) ?? response.headers.get('date'), sentAt);
      return answer;
    } catch (error) {
      if (error instanceof InngestError) throw error;
      throw toUnreachable(host, error, timedOut);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(call);
    }
  }

  /** The JSON it answers with. @throws InngestError for any other answer. */
  async json(url: string, call: RequestOptions = {}): Promise<unknown> {
    const answer = await this.request(url, call);
    if (answer.status === 200 && answer.isJson) return answer.body;
    throw this.errorFrom(answer);
  }

  /** What an answer that is not the expected one means. */
  errorFrom({ status, body, isJson, location, retryAfterMs }: ApiResponse): InngestError {
    const { host } = this.endpoints;
    if (status === 401 || status === 403) {
      return new InngestError('unauthorized', `${host} refuses access.`, refusalHint(this.#signingKey));
    }
    if (status === 429) {
      return new InngestError(
        'rateLimited',
        `${host} asks for fewer calls.`,
        'It is asked less often for a while.',
        retryAfterMs,
      );
    }
    if (status >= 500 && status !== 501) {
      const said = errorMessage(body);
      return new InngestError(
        'serverError',
        `${host} fails with ${status}${said ? `: ${said}` : '.'}`,
        null,
        retryAfterMs,
      );
    }
    if (status >= 300 && status < 400) {
      const target = location && URL.canParse(location) ? ` to ${new URL(location).host}` : '';
      return new InngestError(
        'unsupported',
        `${host} sends us elsewhere${target}.`,
        'Is a login in front of the server?',
      );
    }
    const hint = 'Check the address: a dev server is at port 8288.';
    if (!isJson) return new InngestError('unsupported', `What answers at ${host} is not Inngest’s API.`, hint);
    const said = errorMessage(body);
    return new InngestError('unsupported', `${host} answers with ${status}${said ? `: ${said}` : ''}.`, hint);
  }
}

/** What a server says about an error, by its v2, v1 or GraphQL manner. */
export function errorMessage(body: unknown): string | null {
  const first = asArray(getPath(body, 'errors'))[0];
  return (
    readText(getPath(first, 'message'), 300) ??
    readText(getPath(body, 'error'), 300) ??
    readText(getPath(body, 'message'), 300)
  );
}

/** The word for an error of its v2 API, such as `not_found`. */
export const errorCode = (body: unknown): string | null =>
  readText(getPath(asArray(getPath(body, 'errors'))[0], 'code'), 100);

/** Whether the response means that the server has no such route. */
export const isMissingRoute = ({ status, isJson }: ApiResponse): boolean =>
  !isJson || status === 404 || status === 405 || status === 501;

async function readBody(response: Response, host: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) {
      throw new InngestError('serverError', `The answer of ${host} is larger than ${maxBytes >> 20} MB.`, null);
    }
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts).toString('utf8');
}

/** undefined when it is no JSON, or JSON that no call is answered with. */
function parseJson(raw: string): unknown {
  try {
    const value: unknown = JSON.parse(raw);
    return asRecord(value) ?? (Array.isArray(value) ? value : undefined);
  } catch {
    return undefined;
  }
}

/** `Retry-After` in milliseconds: a number of seconds, or a time. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const ms = /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
