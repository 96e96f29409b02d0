/** Reads lists of runs page by page: from the v2 API, or from the GraphQL API of servers before 1.38. */
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import { asArray } from '../../untrustedJson.ts';
import { InngestError } from '../http/errors.ts';
import { queryGraphql, runQueries } from '../http/graphql.ts';
import type { InngestApi } from '../http/inngestApi.ts';
import { getPath, readText } from '../http/json.ts';
import { type Run, readGraphqlRun, readRun } from './run.ts';

export interface ListQuery {
  /** Earliest queue time, in milliseconds by the server's clock. */
  from: number;
  /** All by default. */
  statuses?: string[];
  /** Order by queue time. */
  order: 'ASC' | 'DESC';
  /** Includes outputs; not supported by GraphQL. */
  withOutput?: boolean;
  limit?: number;
}

export interface Page {
  runs: Run[];
  /** Cursor of the next page; null after the last one. */
  cursor: string | null;
}

export interface RunLists {
  readonly kind: 'v2' | 'graphql';
  page(query: ListQuery, cursor: string | null): Promise<Page>;
}

/** Maximum page size of a server. */
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
    const body = await this.#api.json(`${this.#api.endpoints.v2}/runs?${search}`);
    // Empty lists are omitted from the response, as usual for protocol buffers (seen in v1.43.0).
    const data = getPath(body, 'data') ?? (getPath(body, 'page') === undefined ? null : []);
    if (!Array.isArray(data)) throw malformedResponse(this.#api);
    return {
      runs: asArray(data).flatMap((item) => readRun(item) ?? []),
      cursor: getPath(body, 'page', 'hasMore') === true ? readText(getPath(body, 'page', 'cursor'), 4000) : null,
    };
  }
}

export class GraphqlLists implements RunLists {
  readonly kind = 'graphql';
  readonly #api: InngestApi;
  /** Index of the query that this server supports. */
  #query = 0;

  constructor(api: InngestApi) {
    this.#api = api;
  }

  async page(query: ListQuery, cursor: string | null): Promise<Page> {
    try {
      return await this.#page(query, cursor);
    } catch (error) {
      const isUnsupported = error instanceof InngestError && error.kind === 'unsupported';
      if (!isUnsupported || this.#query + 1 >= runQueries.length) throw error;
      this.#query += 1;
      return await this.#page(query, cursor);
    }
  }

  async #page({ from, statuses, order, limit = pageSize }: ListQuery, cursor: string | null): Promise<Page> {
    const body = await queryGraphql(this.#api, runQueries[this.#query] ?? '', {
      first: limit,
      after: cursor,
      order: [{ field: 'QUEUED_AT', direction: order }],
      filter: { from: new Date(from).toISOString(), ...(statuses ? { status: statuses } : {}) },
    });
    const runs = getPath(body, 'data', 'runs');
    if (!Array.isArray(getPath(runs, 'edges'))) throw malformedResponse(this.#api);
    return {
      runs: asArray(getPath(runs, 'edges')).flatMap((edge) => readGraphqlRun(getPath(edge, 'node')) ?? []),
      cursor:
        getPath(runs, 'pageInfo', 'hasNextPage') === true
          ? readText(getPath(runs, 'pageInfo', 'endCursor'), 4000)
          : null,
    };
  }
}

const malformedResponse = (api: InngestApi) =>
  new InngestError(
    'unsupported',
    inngestProblem.problem('CONNECTION_FAILED/noRunList', { address: api.endpoints.host }),
  );

/** Reads pages one by one, up to a limit. Returns whether there are more. */
export async function eachPage(
  lists: RunLists,
  query: ListQuery,
  maxPages: number,
  onPage: (runs: Run[]) => void | Promise<void>,
): Promise<{ more: boolean }> {
  let cursor: string | null = null;
  for (let pages = 0; pages < maxPages; pages++) {
    const page: Page = await lists.page(query, cursor);
    await onPage(page.runs);
    // A repeated cursor would lead to an endless loop.
    if (page.cursor === null || page.cursor === cursor) return { more: false };
    cursor = page.cursor;
  }
  return { more: true };
}
