/** Apps that serve functions, and the functions with what limits them: what can be invoked, and who runs it. */
import type { RemoteQueue, TargetList, Worker } from '../../../../shared/connection.ts';
import { listOf } from '../../untrustedJson.ts';
import type { InngestApi } from '../http/client.ts';
import { InngestError } from '../http/errors.ts';
import { appsQuery, graph } from '../http/graphql.ts';
import { at, text } from '../http/json.ts';
import { hasEnded, pathOf, type Run, statusOf } from '../runs/run.ts';
import type { RunLists } from '../runs/runLists.ts';
import { type FunctionLimits, readLimits } from '../runs/waitReason.ts';

export interface App {
  id: string;
  /** Of its latest synchronisation; null when that went well. */
  error: string | null;
  method: string | null;
  sdk: string | null;
  functions: { id: string; name: string | null; events: string[]; limits: FunctionLimits | null }[];
}

const maxApps = 100;

/** By the v2 API, or by GraphQL where that has none. */
export async function readApps(api: InngestApi, kind: RunLists['kind']): Promise<App[]> {
  if (kind === 'graphql') return readGraphApps(await graph(api, appsQuery, {}));
  try {
    return await readV2Apps(api);
  } catch (error) {
    const other = error instanceof InngestError && error.trouble === 'foreign' && api.addresses.graphql !== null;
    if (!other) throw error;
    return readGraphApps(await graph(api, appsQuery, {}));
  }
}

async function readV2Apps(api: InngestApi): Promise<App[]> {
  const apps = (await pages(api, '/apps')).slice(0, maxApps).flatMap((item) => {
    const id = text(at(item, 'id'), 300);
    return id === null ? [] : [{ id, item }];
  });
  const result: App[] = [];
  // One after another: nothing waits for them, and a server has a life of its own.
  for (const { id, item } of apps) {
    const sync = at(item, 'latestSync');
    result.push({
      ...{ id, error: text(at(sync, 'error'), 500), method: text(at(item, 'method'), 40)?.toLowerCase() ?? null },
      sdk: [text(at(sync, 'sdkLanguage'), 40), text(at(sync, 'sdkVersion'), 40)].filter(Boolean).join(' ') || null,
      functions: (await pages(api, `/apps/${encodeURIComponent(id)}/functions`)).flatMap((one) => {
        const name = text(at(one, 'id'), 300);
        return name === null
          ? []
          : [
              {
                id: name,
                name: text(at(one, 'name'), 300),
                events: eventsOf(at(one, 'triggers')),
                limits: readLimits(one),
              },
            ];
      }),
    });
  }
  return result;
}

function readGraphApps(body: unknown): App[] {
  return listOf(at(body, 'data', 'apps'))
    .slice(0, maxApps)
    .flatMap((item) => {
      const id = text(at(item, 'externalID'), 300) ?? text(at(item, 'name'), 300);
      if (id === null) return [];
      const functions = listOf(at(item, 'functions')).flatMap((one) => {
        const slug = text(at(one, 'slug'), 300);
        if (slug === null) return [];
        const name = slug.startsWith(`${id}-`) ? slug.slice(id.length + 1) : slug;
        return [{ id: name, name: text(at(one, 'name'), 300), events: eventsOf(at(one, 'triggers')), limits: null }];
      });
      const sdk = [text(at(item, 'sdkLanguage'), 40), text(at(item, 'sdkVersion'), 40)].filter(Boolean).join(' ');
      return [{ id, error: text(at(item, 'error'), 500), method: null, sdk: sdk || null, functions }];
    });
}

const eventsOf = (triggers: unknown): string[] =>
  listOf(triggers)
    .filter((trigger) => at(trigger, 'type') === 'EVENT')
    .flatMap((trigger) => text(at(trigger, 'value'), 300) ?? []);

async function pages(api: InngestApi, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 50; page++) {
    const search: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const body: unknown = await api.json(`${api.addresses.v2}${path}${search}`);
    items.push(...listOf(at(body, 'data')));
    const next: string | null = at(body, 'page', 'hasMore') === true ? text(at(body, 'page', 'cursor'), 4000) : null;
    if (next === null || next === cursor) break;
    cursor = next;
  }
  return items;
}

/** The apps are what runs the functions. */
export function workersOf(apps: App[], open: Iterable<Run>): Worker[] {
  const active = new Map<string, number>();
  for (const run of open) {
    if (run.app !== null && statusOf(run) === 'running') active.set(run.app, (active.get(run.app) ?? 0) + 1);
  }
  return apps.map(({ id, error, method, sdk, functions }) => ({
    ...{ name: id, online: error === null, active: active.get(id) ?? 0, concurrency: null, processed: null },
    ...{ pool: method, version: sdk, load: null, seenAt: null },
    queues: functions.slice(0, 200).map((one) => `${id}/${one.id}`),
  }));
}

/** A function has a queue of its own: those with runs that have not ended. */
export function queuesOf(open: Iterable<Run>): RemoteQueue[] {
  const waiting = new Map<string, number>();
  for (const run of open) {
    const path = pathOf(run);
    if (path === null || hasEnded(run)) continue;
    waiting.set(path, (waiting.get(path) ?? 0) + (statusOf(run) === 'waiting' ? 1 : 0));
  }
  return [...waiting].slice(0, 200).map(([name, count]) => ({ name, waiting: count, consumers: null }));
}

/** Functions and the events they listen to, and other events that were seen. */
export function targetsOf(apps: App[], seen: string[], prefix: string): TargetList['targets'] {
  const matches = (...names: string[]) => names.some((name) => name.toLowerCase().startsWith(prefix.toLowerCase()));
  const functions = apps.flatMap(({ id, functions }) =>
    functions
      .filter((one) => matches(`${id}/${one.id}`, one.id))
      .map((one) => ({ kind: 'function' as const, name: `${id}/${one.id}`, title: one.name })),
  );
  const listened = apps.flatMap(({ functions }) => functions.flatMap(({ events }) => events));
  const events = [...new Set([...listened, ...seen])]
    // Those of the server's own start no function by being sent.
    .filter((name) => matches(name) && !name.includes('*') && !name.startsWith('inngest/'))
    .map((name) => ({ kind: 'event' as const, name, title: null }));
  return [...functions, ...events].slice(0, 500);
}

/** Whether a function listens to an event; `shop/*` stands for all that begin so. */
export const isListenedTo = (apps: App[], event: string): boolean =>
  apps.some(({ functions }) =>
    functions.some(({ events }) =>
      events.some((name) => (name.endsWith('*') ? event.startsWith(name.slice(0, -1)) : name === event)),
    ),
  );
