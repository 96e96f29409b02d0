/** Reads the apps of a server, their functions and the limits of these. */
import type { RemoteQueue, Worker } from '../../../../shared/connection.ts';
import { asArray } from '../../untrustedJson.ts';
import { InngestError } from '../http/errors.ts';
import { appsQuery, queryGraphql } from '../http/graphql.ts';
import type { InngestApi } from '../http/inngestApi.ts';
import { getPath, readText } from '../http/json.ts';
import { hasEnded, pathOf, type Run, statusOf } from '../runs/run.ts';
import type { RunLists } from '../runs/runLists.ts';
import { type FunctionLimits, readLimits } from '../runs/waitReason.ts';

export interface App {
  id: string;
  /** Error of its latest sync; null if it succeeded. */
  error: string | null;
  method: string | null;
  sdk: string | null;
  functions: { id: string; name: string | null; events: string[]; limits: FunctionLimits | null }[];
}

const maxApps = 100;

/** Uses the v2 API, or GraphQL on servers without it. */
export async function readApps(api: InngestApi, kind: RunLists['kind']): Promise<App[]> {
  if (kind === 'graphql') return readGraphqlApps(await queryGraphql(api, appsQuery, {}));
  try {
    return await readV2Apps(api);
  } catch (error) {
    const isUnsupported = error instanceof InngestError && error.kind === 'unsupported';
    if (!isUnsupported || api.endpoints.graphql === null) throw error;
    return readGraphqlApps(await queryGraphql(api, appsQuery, {}));
  }
}

async function readV2Apps(api: InngestApi): Promise<App[]> {
  const apps = (await readPages(api, '/apps')).slice(0, maxApps).flatMap((item) => {
    const id = readText(getPath(item, 'id'), 300);
    return id === null ? [] : [{ id, item }];
  });
  const result: App[] = [];
  // Sequentially, to keep the load on the server low: this isn't urgent.
  for (const { id, item } of apps) {
    const sync = getPath(item, 'latestSync');
    result.push({
      id,
      error: readText(getPath(sync, 'error'), 500),
      method: readText(getPath(item, 'method'), 40)?.toLowerCase() ?? null,
      sdk: readSdk(sync),
      functions: (await readPages(api, `/apps/${encodeURIComponent(id)}/functions`)).flatMap((one) => {
        const name = readText(getPath(one, 'id'), 300);
        return name === null
          ? []
          : [
              {
                id: name,
                name: readText(getPath(one, 'name'), 300),
                events: readEventNames(getPath(one, 'triggers')),
                limits: readLimits(one),
              },
            ];
      }),
    });
  }
  return result;
}

function readGraphqlApps(body: unknown): App[] {
  return asArray(getPath(body, 'data', 'apps'))
    .slice(0, maxApps)
    .flatMap((item) => {
      const id = readText(getPath(item, 'externalID'), 300) ?? readText(getPath(item, 'name'), 300);
      if (id === null) return [];
      const functions = asArray(getPath(item, 'functions')).flatMap((one) => {
        const slug = readText(getPath(one, 'slug'), 300);
        if (slug === null) return [];
        const name = slug.startsWith(`${id}-`) ? slug.slice(id.length + 1) : slug;
        return [
          {
            id: name,
            name: readText(getPath(one, 'name'), 300),
            events: readEventNames(getPath(one, 'triggers')),
            limits: null,
          },
        ];
      });
      return [{ id, error: readText(getPath(item, 'error'), 500), method: null, sdk: readSdk(item), functions }];
    });
}

/** The language and version of an app's SDK. */
function readSdk(source: unknown): string | null {
  const parts = ['sdkLanguage', 'sdkVersion'].map((name) => readText(getPath(source, name), 40));
  return parts.filter((part) => part !== null).join(' ') || null;
}

const readEventNames = (triggers: unknown): string[] =>
  asArray(triggers)
    .filter((trigger) => getPath(trigger, 'type') === 'EVENT')
    .flatMap((trigger) => readText(getPath(trigger, 'value'), 300) ?? []);

async function readPages(api: InngestApi, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 50; page++) {
    const search: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const body: unknown = await api.json(`${api.endpoints.v2}${path}${search}`);
    items.push(...asArray(getPath(body, 'data')));
    const next: string | null =
      getPath(body, 'page', 'hasMore') === true ? readText(getPath(body, 'page', 'cursor'), 4000) : null;
    if (next === null || next === cursor) break;
    cursor = next;
  }
  return items;
}

/** Apps are shown as workers, because they run the functions. */
export function workersOf(apps: App[], open: Iterable<Run>): Worker[] {
  const active = new Map<string, number>();
  for (const run of open) {
    if (run.app !== null && statusOf(run) === 'running') active.set(run.app, (active.get(run.app) ?? 0) + 1);
  }
  return apps.map(({ id, error, method, sdk, functions }) => ({
    name: id,
    online: error === null,
    active: active.get(id) ?? 0,
    concurrency: null,
    processed: null,
    pool: method,
    version: sdk,
    load: null,
    seenAt: null,
    queues: functions.slice(0, 200).map((one) => `${id}/${one.id}`),
  }));
}

/** Functions with unfinished runs are shown as queues. */
export function queuesOf(open: Iterable<Run>): RemoteQueue[] {
  const waiting = new Map<string, number>();
  for (const run of open) {
    const path = pathOf(run);
    if (path === null || hasEnded(run)) continue;
    waiting.set(path, (waiting.get(path) ?? 0) + (statusOf(run) === 'waiting' ? 1 : 0));
  }
  return [...waiting].slice(0, 200).map(([name, count]) => ({ name, waiting: count, consumers: null }));
}
