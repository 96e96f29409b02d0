/** The functions and events that can be submitted to a server. */
import type { TargetList } from '../../../../shared/connection.ts';
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import { asArray } from '../../untrustedJson.ts';
import type { App } from '../following/apps.ts';
import type { InngestApi } from '../http/inngestApi.ts';
import { getPath, readText } from '../http/json.ts';
import type { Submission } from './submit.ts';

/** Functions, the events that trigger them, and other events that the server received recently. */
export function targetsOf(apps: App[], seen: string[], prefix: string): TargetList['targets'] {
  const matches = (...names: string[]) => names.some((name) => name.toLowerCase().startsWith(prefix.toLowerCase()));
  const functions = apps.flatMap(({ id, functions }) =>
    functions
      .filter((one) => matches(`${id}/${one.id}`, one.id))
      .map((one) => ({ kind: 'function' as const, name: `${id}/${one.id}`, title: one.name })),
  );
  const triggers = apps.flatMap(({ functions }) => functions.flatMap(({ events }) => events));
  const events = [...new Set([...triggers, ...seen])]
    // Events under `inngest/` are the server's own and can't be sent.
    .filter((name) => matches(name) && !name.includes('*') && !name.startsWith('inngest/'))
    .map((name) => ({ kind: 'event' as const, name, title: null }));
  return [...functions, ...events].slice(0, 500);
}

/** @throws JobdeckError UNKNOWN_TARGET */
export function requireKnownTarget(apps: App[], submission: Submission): void {
  if (submission.kind === 'event') {
    if (triggersAny(apps, submission.name)) return;
    throw inngestProblem('UNKNOWN_TARGET/event', { event: submission.name });
  }
  const app = apps.find(({ id }) => id === submission.app);
  if (app?.functions.some(({ id }) => id === submission.function)) return;
  throw inngestProblem('UNKNOWN_TARGET/function', { function: `${submission.app}/${submission.function}` });
}

/** Whether an event triggers any function. A trigger may be a prefix such as `shop/*`. */
const triggersAny = (apps: App[], event: string): boolean =>
  apps.some(({ functions }) =>
    functions.some(({ events }) =>
      events.some((name) => (name.endsWith('*') ? event.startsWith(name.slice(0, -1)) : name === event)),
    ),
  );

/** Names of the latest events. Empty if they can't be read: they are only suggestions. */
export async function fetchEventNames(api: InngestApi): Promise<string[]> {
  const response = await api.request(`${api.endpoints.v1}/events?limit=50`);
  const events = response.status === 200 ? asArray(getPath(response.body, 'data') ?? response.body) : [];
  return [...new Set(events.flatMap((event) => readText(getPath(event, 'name'), 300) ?? []))];
}
