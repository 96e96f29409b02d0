/**
 * A fake Inngest server that replays replies recorded from a real server v1.43.0 (recorded.ts). Lists consist of recorded
 * rows, filtered and paged. Tests script variations such as status changes, rejections, outages and older servers. For
 * more certainty, set JOBDECK_TEST_INNGEST_URL to a real server.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Row, recorded, recordedAt, runId } from './recorded.ts';

export interface FakeRequest {
  method: string;
  path: string;
  search: URLSearchParams;
  body: unknown;
  authorization: string | undefined;
}

export interface Reply {
  status?: number;
  /** Text is sent unchanged, everything else as JSON. */
  body: unknown;
  headers?: Record<string, string>;
}

/** A server's reply to any unknown path: its web page. */
const page: Reply = { body: '<!doctype html><html><body><div id="app"></div></body></html>' };

export class FakeInngest {
  readonly requests: FakeRequest[] = [];
  /** The rows of lists. */
  runs: Row[] = [];
  /** Recorded replies by method and path without query. */
  readonly answers = new Map<string, Reply>();
  /** Takes precedence over recorded replies. */
  script: ((request: FakeRequest) => Reply | 'hang' | undefined) | null = null;
  signingKey: string | null = null;
  /** `older`: without the v2 API; `eldest`: also without the app of GraphQL runs. */
  age: 'current' | 'older' | 'eldest' = 'current';
  /** Milliseconds by which its clock is ahead. */
  ahead = 0;
  #server: Server | null = null;
  #port = 0;
  readonly #begun = Date.now();

  constructor() {
    this.runs = [];
    for (const name of ['v2 apps', 'v2 functions', 'v1 events', 'health', 'v2 rerun', 'v2 cancel']) this.replay(name);
    this.replay('send', 'POST /e/dev');
    this.midRun();
  }

  /** Replies to a request as recorded, or to the request `as`. */
  replay(name: string, as?: string): void {
    const { request, status, response } = recorded(name);
    this.answers.set(as ?? request.replace(/\?.*/, ''), { status, body: response });
  }

  /** The recorded run sleeps between its steps. */
  midRun(): void {
    for (const name of [
      'v2 run mid-run (status not to be trusted)',
      'v1 run mid-run',
      'v1 jobs mid-run',
      'v2 event runs',
    ])
      this.replay(name);
    this.replay('v2 trace mid-run');
    this.replay('gql trace mid-run', 'graphql trace');
  }

  /** The recorded run has ended. */
  done(): void {
    for (const name of ['v2 run done', 'v2 trace done']) this.replay(name);
    this.replay('gql trace done', 'graphql trace');
    const { response } = recorded('v1 run mid-run');
    const ended = { ...(response as { data: object }).data, status: 'Completed', ended_at: '2026-11-22T01:46:37.008Z' };
    this.answers.set(`GET /v1/runs/${runId}`, { body: { data: ended } });
    this.answers.set(`GET /v1/runs/${runId}/jobs`, { body: { data: [] } });
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Stops the server. `listen` restarts it on the same port. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Requests by method and path prefix. */
  requestsTo(method: string, path: string): FakeRequest[] {
    return this.requests.filter((one) => one.method === method && one.path.startsWith(path));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const raw = Buffer.concat(parts).toString();
    const request: FakeRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      search: url.searchParams,
      body: raw === '' ? undefined : JSON.parse(raw),
      authorization: incoming.headers.authorization,
    };
    this.requests.push(request);
    const reply = this.script?.(request) ?? this.#answer(request);
    if (reply === 'hang') return;
    // Recorded times are long ago.
    response.sendDate = false;
    const isText = typeof reply.body === 'string';
    response.writeHead(reply.status ?? 200, {
      'content-type': isText ? 'text/html' : 'application/json',
      'x-inngest-server-kind': 'dev',
      ...reply.headers,
    });
    response.end(isText ? reply.body : JSON.stringify(this.#dated(reply.body)));
  }

  #dated(body: unknown): unknown {
    const fetchedAt = new Date(this.now()).toISOString();
    return typeof body === 'object' && body !== null && 'metadata' in body
      ? { ...body, metadata: { fetchedAt } }
      : body;
  }

  /** The server's time. */
  now(): number {
    return recordedAt + (Date.now() - this.#begun) + this.ahead;
  }

  #answer(request: FakeRequest): Reply {
    const { method, path } = request;
    if (path === '/v0/gql') return this.#graph(request.body as { query: string; variables: Record<string, unknown> });
    if (this.age !== 'current' && path.startsWith('/api/v2')) return page;
    const guarded = path.startsWith('/api/v2') || path.startsWith('/v1');
    if (guarded && this.signingKey !== null && request.authorization !== `Bearer ${this.signingKey}`) {
      const error = { code: 'invalid_signing_key', message: 'Invalid signing key' };
      return { status: 401, body: { errors: [error] } };
    }
    if (method === 'GET' && path === '/api/v2/runs') return this.#list(request.search);
    const answer = this.answers.get(`${method} ${path}`);
    if (answer) return answer;
    if (/^\/api\/v2\/runs\/[^/]+/.test(path)) {
      const what = path.endsWith('/trace') ? 'Trace not found' : 'Run not found';
      return { status: 404, body: { errors: [{ code: 'not_found', message: what }] } };
    }
    if (/^\/api\/v2\/events\/[^/]+\/runs$/.test(path)) return { body: { metadata: {}, page: { limit: 20 } } };
    if (path.startsWith('/v1/runs/'))
      return { status: 500, body: { error: 'Unable to load function run', status: 500 } };
    return path.startsWith('/api/v2')
      ? { status: 404, body: { errors: [{ code: 'api_error', message: 'Not Found' }] } }
      : page;
  }

  #matching(from: string, statuses: string[], order: string): Row[] {
    const first = Date.parse(from);
    const found = this.runs.filter(
      ({ queuedAt, status }) => Date.parse(queuedAt) >= first && (statuses.length === 0 || statuses.includes(status)),
    );
    found.sort((one, other) => Date.parse(one.queuedAt) - Date.parse(other.queuedAt) || (one.id < other.id ? -1 : 1));
    return order === 'DESC' ? found.reverse() : found;
  }

  #list(search: URLSearchParams): Reply {
    const found = this.#matching(search.get('from') ?? '', search.getAll('status'), search.get('order') ?? 'DESC');
    const limit = Number(search.get('limit') ?? 20);
    const begin = Number(search.get('cursor') ?? 0);
    const data = found.slice(begin, begin + limit).map(({ output, ...row }) => {
      return search.get('includeOutput') === 'true' && output !== undefined ? { ...row, output } : row;
    });
    const hasMore = begin + limit < found.length;
    const more = hasMore ? { cursor: String(begin + limit), hasMore } : {};
    // Empty lists are left out.
    return { body: { ...(data.length === 0 ? {} : { data }), metadata: {}, page: { limit, ...more } } };
  }

  /** The GraphQL queries: traces as recorded, lists from the same rows. */
  #graph({ query, variables }: { query: string; variables: Record<string, unknown> }): Reply {
    if (query.includes('trace{')) return this.answers.get('graphql trace') ?? { body: { data: { run: null } } };
    if (query.includes('{run(runID')) {
      const row = this.runs.find(({ id }) => id === variables.id);
      return { body: { data: { run: row ? nodeOf(row, this.age) : null } } };
    }
    if (this.age === 'eldest' && query.includes('app{')) {
      const message = 'Cannot query field "app" on type "FunctionRunV2".';
      return { status: 422, body: { errors: [{ message }], data: null } };
    }
    if (query.includes('runs(')) {
      const { filter, first, after, order } = variables as {
        filter: { from: string; status?: string[] };
        first: number;
        after: string | null;
        order: { direction: string }[];
      };
      const found = this.#matching(filter.from, filter.status ?? [], order[0]?.direction ?? 'DESC');
      const begin = Number(after ?? 0);
      const edges = found.slice(begin, begin + first).map((row) => ({ node: nodeOf(row, this.age) }));
      const pageInfo = { hasNextPage: begin + first < found.length, endCursor: String(begin + first) };
      return { body: { data: { runs: { edges, pageInfo } } } };
    }
    if (query.includes('rerun(')) return { body: { data: { rerun: '01M80EY56ZZ2WRGWBTKG1DJP45' } } };
    if (query.includes('apps{')) return { body: { data: { apps: graphApps } } };
    return { status: 422, body: { errors: [{ message: 'Cannot query that.' }], data: null } };
  }
}

const nodeOf = ({ app, function: fn, trigger, ...row }: Row, age: FakeInngest['age']) => ({
  id: row.id,
  status: row.status,
  queuedAt: row.queuedAt,
  startedAt: row.startedAt ?? null,
  endedAt: row.endedAt ?? null,
  function: { name: fn.name, slug: `${app.id}-${fn.id}` },
  ...(age === 'eldest' ? {} : { app: { externalID: app.id, name: app.id }, triggerIDs: trigger.eventIds }),
});

const graphApps = [
  {
    externalID: 'demo',
    name: 'demo',
    sdkLanguage: 'js',
    sdkVersion: 'v4.24.0',
    framework: 'nodejs',
    error: null,
    functions: [{ name: 'Steps', slug: 'demo-steps', triggers: [{ type: 'EVENT', value: 'demo/steps' }] }],
  },
];
