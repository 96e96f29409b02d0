/** What kind of server it is: found by asking it, since most do not tell their version. */

import { GraphLists, type RunLists, V2Lists } from '../runs/runLists.ts';
import { authorization } from './auth.ts';
import { InngestApi } from './client.ts';
import { addressesOf } from './endpoints.ts';
import { InngestError } from './errors.ts';
import { at, text } from './json.ts';
import { RemoteClock } from './serverClock.ts';
import type { InngestConnection } from './settings.ts';

export interface Server {
  lists: RunLists;
  version: string | null;
  /** What can not be seen or done there, and why. */
  notes: string[];
}

export interface Access {
  api: InngestApi;
  clock: RemoteClock;
}

/** @throws JobdeckError CONNECTION_INVALID */
export function accessTo({ url, settings = {} }: InngestConnection, now: () => number): Access {
  const addresses = addressesOf(url);
  const { signingKey } = settings;
  const clock = new RemoteClock(now);
  return {
    api: new InngestApi(addresses, { headers: authorization(signingKey, addresses.basic), signingKey }, clock),
    clock,
  };
}

/** @throws InngestError with what is wrong when there is no server that can be used. */
export async function probe({ api, clock }: Access): Promise<Server> {
  const [lists, version] = await Promise.all([probeLists(api, clock.now()), versionOf(api)]);
  const { host, graphql } = api.addresses;
  const notes = [
    lists.kind === 'graphql'
      ? 'This server is older than 1.38: its runs are read by its GraphQL API, and errors only of runs that are looked at.'
      : null,
    graphql === null ? 'Inngest Cloud does not tell the attempts of steps by its API.' : null,
    plainKey(api) ? `The signing key goes to ${host} unencrypted.` : null,
  ];
  return { lists, version, notes: notes.filter((note) => note !== null) };
}

async function probeLists(api: InngestApi, now: number): Promise<RunLists> {
  const probed = { from: now - 3_600_000, order: 'DESC', limit: 1 } as const;
  const v2 = new V2Lists(api);
  const trouble = await v2.page(probed, null).then(
    () => null,
    (error: unknown) => error,
  );
  if (trouble === null) return v2;
  // A server without this list answers with its page, as to every address that it does not know.
  if (!(trouble instanceof InngestError) || trouble.trouble !== 'foreign' || api.addresses.graphql === null)
    throw trouble;
  const older = new GraphLists(api);
  return await older.page(probed, null).then(
    () => older,
    (error: unknown) => {
      throw error instanceof InngestError && error.trouble === 'refused' ? error : trouble;
    },
  );
}

/** A dev server tells it; what else it tells there is not looked at. */
async function versionOf(api: InngestApi): Promise<string | null> {
  if (api.addresses.info === null) return null;
  const answer = await api.ask(api.addresses.info).catch(() => null);
  return answer?.status === 200 ? text(at(answer.body, 'version'), 60) : null;
}

function plainKey(api: InngestApi): boolean {
  const { v2, host } = api.addresses;
  const near = /^(localhost|127\.|\[::1\])/.test(host);
  return v2.startsWith('http:') && !near && api.hasKey;
}
