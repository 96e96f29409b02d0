/** Lists of runs, page by page: of the v2 API, or of the GraphQL API of servers that have no such list (before 1.38). */

import { listOf } from '../../untrustedJson.ts';
import type { InngestApi } from '../http/client.ts';
import { InngestError } from '../http/errors.ts';
import { graph, runQueries } from '../http/graphql.ts';
import { at, text } from '../http/json.ts';
import { type Run, readGraphRun, readRun } from './run.ts';

export interface ListQuery {
  /** Queued at that time or later, in milliseconds by the server's clock. */
  from: number;
  /** All of them unless given. */
  statuses?: string[];
  /** By the time they were queued. */
  order: 'ASC' | 'DESC';
  /** With what runs returned; by GraphQL never. */
  withOutput?: boolean;
  limit?: number;
}

export interface Page {
  runs: Run[];
  /** Of the next page; null after the last one. */
  cursor: string | null;
}

export interface RunLists {
  readonly kind: 'v2' | 'graphql';
  page(query: ListQuery, cursor: string | null): Promise<Page>;
}

/** The most that a server gives at once. */
const pageSize = 100;

export class V2Lists implements RunLists {
  readonly kind = 'v2';
  readonly #api: InngestApi;

  constructor(api: InngestApi) {
    this.#api = api;
  }

  async page({ from, statuses = [], order, withOutput, limit = pageSize }: ListQuery, cursor: string | null) {
    const search = new URLSearchParams({ limit: String(limit), order, timeField: 'queuedAt' });
    search.set('from', new Date(from).toISOString());
    for (const status of statuses) search.append('status', status);
    if (withOutput) search.set('includeOutput', 'true');
    if (cursor !== null) search.set('cursor', cursor);
    const body = await this.#api.json(`${this.#api.addresses.v2}/runs?${search}`);
    // An empty list is left out of the answer, as protocol buffers do it (seen at v1.43.0).
    const data = at(body, 'data') ?? (at(body, 'page') === undefined ? null : []);
    if (!Array.isArray(data)) throw malformed(this.#api);
    return {
      runs: listOf(data).flatMap((item) => readRun(item) ?? []),
      cursor: at(body, 'page', 'hasMore') === true ? text(at(body, 'page', 'cursor'), 4000) : null,
    };
  }
}

export class GraphLists implements RunLists {
  readonly kind = 'graphql';
  readonly #api: InngestApi;
  /** Which of the queries this server can read. */
  #query = 0;

  constructor(api: InngestApi) {
    this.#api = api;
  }

  async page(query: ListQuery, cursor: string | null): Promise<Page> {
    try {
      return await this.#page(query, cursor);
    } catch (error) {
      const other = error instanceof InngestError && error.trouble === 'foreign' && this.#query + 1 < runQueries.length;
      if (!other) throw error;
      this.#query += 1;
      return await this.#page(query, cursor);
    }
  }

  async #page({ from, statuses, order, limit = pageSize }: ListQuery, cursor: string | null): Promise<Page> {
    const body = await graph(this.#api, runQueries[this.#query] ?? '', {
      ...{ first: limit, after: cursor, order: [{ field: 'QUEUED_AT', direction: order }] },
      filter: { from: new Date(from).toISOString(), ...(statuses ? { status: statuses } : {}) },
    });
    const runs = at(body, 'data', 'runs');
    if (!Array.isArray(at(runs, 'edges'))) throw malformed(this.#api);
    return {
      runs: listOf(at(runs, 'edges')).flatMap((edge) => readGraphRun(at(edge, 'node')) ?? []),
      cursor: at(runs, 'pageInfo', 'hasNextPage') === true ? text(at(runs, 'pageInfo', 'endCursor'), 4000) : null,
    };
  }
}

const malformed = (api: InngestApi) =>
  new InngestError(
    'foreign',
    `${api.addresses.host} answers, but not with a list of runs.`,
    'Is it an Inngest server?',
  );

/** Pages one after another, at most so many; tells whether more is left. */
export async function eachPage(
  lists: RunLists,
  query: ListQuery,
  most: number,
  take: (runs: Run[]) => void | Promise<void>,
): Promise<{ more: boolean }> {
  let cursor: string | null = null;
  for (let pages = 0; pages < most; pages++) {
    const page: Page = await lists.page(query, cursor);
    await take(page.runs);
    // A cursor that comes again would never end.
    if (page.cursor === null || page.cursor === cursor) return { more: false };
    cursor = page.cursor;
  }
  return { more: true };
}
