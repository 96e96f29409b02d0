/** Calls to a server: each has an end in time, a bound in size and a sentence for what goes wrong. */

import { fieldsOf, listOf } from '../../untrustedJson.ts';
import { refusalHint } from './auth.ts';
import type { Addresses } from './endpoints.ts';
import { InngestError, unreachable } from './errors.ts';
import { at, text } from './json.ts';
import type { RemoteClock } from './serverClock.ts';

/** Time for one call, in milliseconds. */
const patience = 10_000;
/** A page of a hundred runs with small outputs is 60 kB; an output may have 4 MB. */
const maxBytes = 32 << 20;

export interface Answer {
  status: number;
  /** null where it is no JSON. */
  body: unknown;
  json: boolean;
  /** Where it wants to send us instead. */
  location: string | null;
  retryAfterMs: number | null;
}

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  /** Without the signing key: for addresses that carry a key of their own. */
  bare?: boolean;
}

export class InngestApi {
  readonly addresses: Addresses;
  readonly #headers: Record<string, string>;
  readonly #signingKey: string | undefined;
  readonly #clock: RemoteClock;
  /** Under way. Not one signal for all of them: signals combined with one that lives long pile up at it in some versions of Node. */
  readonly #calls = new Set<AbortController>();
  #closed = false;

  constructor(
    addresses: Addresses,
    auth: { headers: Record<string, string>; signingKey: string | undefined },
    clock: RemoteClock,
  ) {
    this.addresses = addresses;
    this.#headers = auth.headers;
    this.#signingKey = auth.signingKey;
    this.#clock = clock;
  }

  get hasKey(): boolean {
    return (this.#signingKey ?? '').trim() !== '';
  }

  /** Ends every call under way. */
  close(): void {
    this.#closed = true;
    for (const call of this.#calls) call.abort();
  }

  /** Whatever it answers. @throws InngestError `unreachable` or `foreign` when that is not an answer at all. */
  async ask(url: string, { method = 'GET', body, bare = false }: Call = {}): Promise<Answer> {
    const { host } = this.addresses;
    const call = new AbortController();
    if (this.#closed) call.abort();
    this.#calls.add(call);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      call.abort();
    }, patience);
    const sentAt = this.#clock.now();
    try {
      const response = await fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(bare && this.#signingKey ? {} : this.#headers),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The key is for this host alone.
        redirect: 'manual',
        signal: call.signal,
      });
      const raw = await readBody(response, host);
      const parsed = parse(raw);
      const answer = {
        ...{ status: response.status, body: parsed ?? null, json: parsed !== undefined },
        location: response.headers.get('location'),
        retryAfterMs: retryAfter(response.headers.get('retry-after'), this.#clock.now()),
      };
      this.#clock.seen(text(at(parsed, 'metadata', 'fetchedAt')) ?? response.headers.get('date'), sentAt);
      return answer;
    } catch (error) {
      if (error instanceof InngestError) throw error;
      throw unreachable(host, error, late);
    } finally {
      clearTimeout(timer);
      this.#calls.delete(call);
    }
  }

  /** The JSON it answers with. @throws InngestError for any other answer. */
  async json(url: string, call: Call = {}): Promise<unknown> {
    const answer = await this.ask(url, call);
    if (answer.status === 200 && answer.json) return answer.body;
    throw this.failure(answer);
  }

  /** What an answer that is not the expected one means. */
  failure({ status, body, json, location, retryAfterMs }: Answer): InngestError {
    const { host } = this.addresses;
    if (status === 401 || status === 403) {
      return new InngestError('refused', `${host} refuses access.`, refusalHint(this.#signingKey));
    }
    if (status === 429) {
      return new InngestError(
        'busy',
        `${host} asks for fewer calls.`,
        'It is asked less often for a while.',
        retryAfterMs,
      );
    }
    if (status >= 500 && status !== 501) {
      const said = messageOf(body);
      return new InngestError('failing', `${host} fails with ${status}${said ? `: ${said}` : '.'}`, null, retryAfterMs);
    }
    if (status >= 300 && status < 400) {
      const target = location && URL.canParse(location) ? ` to ${new URL(location).host}` : '';
      return new InngestError('foreign', `${host} sends us elsewhere${target}.`, 'Is a login in front of the server?');
    }
    const hint = 'Check the address: a dev server is at port 8288.';
    if (!json) return new InngestError('foreign', `What answers at ${host} is not Inngest’s API.`, hint);
    const said = messageOf(body);
    return new InngestError('foreign', `${host} answers with ${status}${said ? `: ${said}` : ''}.`, hint);
  }
}

/** What a server says about an error, by its v2, v1 or GraphQL manner. */
export function messageOf(body: unknown): string | null {
  const first = listOf(at(body, 'errors'))[0];
  return text(at(first, 'message'), 300) ?? text(at(body, 'error'), 300) ?? text(at(body, 'message'), 300);
}

/** The word for an error of its v2 API, such as `not_found`. */
export const codeOf = (body: unknown): string | null => text(at(listOf(at(body, 'errors'))[0], 'code'), 100);

async function readBody(response: Response, host: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) {
      throw new InngestError('failing', `The answer of ${host} is larger than ${maxBytes >> 20} MB.`, null);
    }
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts).toString('utf8');
}

/** undefined when it is no JSON, or JSON that no call is answered with. */
function parse(raw: string): unknown {
  try {
    const value: unknown = JSON.parse(raw);
    return fieldsOf(value) ?? (Array.isArray(value) ? value : undefined);
  } catch {
    return undefined;
  }
}

/** `Retry-After` in milliseconds: a number of seconds, or a time. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const ms = /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
