/** Finds out what a server can do by calling it, because most servers don't report their version. */
import { inngestMessage } from '../../../shared/messages/inngest.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import type { Access } from './http/access.ts';
import { InngestError } from './http/errors.ts';
import type { InngestApi } from './http/inngestApi.ts';
import { getPath, readText } from './http/json.ts';
import { GraphqlLists, type RunLists, V2Lists } from './runs/runLists.ts';

export interface ServerInfo {
  lists: RunLists;
  version: string | null;
  /** Limitations of this server. */
  notes: Message[];
}

/** @throws InngestError if there is no usable server */
export async function probeServer({ api, clock }: Access): Promise<ServerInfo> {
  const [lists, version] = await Promise.all([probeLists(api, clock.now()), readVersion(api)]);
  const { host, graphql } = api.endpoints;
  const notes = [
    lists.kind === 'graphql' ? inngestMessage('inngest.oldServer') : null,
    graphql === null ? inngestMessage('inngest.noStepAttempts') : null,
    sendsKeyInPlainText(api) ? inngestMessage('inngest.unencryptedKey', { address: host }) : null,
  ];
  return { lists, version, notes: notes.filter((note) => note !== null) };
}

async function probeLists(api: InngestApi, now: number): Promise<RunLists> {
  const query = { from: now - 3_600_000, order: 'DESC', limit: 1 } as const;
  const v2 = new V2Lists(api);
  const v2Error: unknown = await v2.page(query, null).then(
    () => null,
    (error: unknown) => error,
  );
  if (v2Error === null) return v2;
  // A server without this list replies with its HTML page, as for any unknown path.
  const isUnsupported = v2Error instanceof InngestError && v2Error.kind === 'unsupported';
  if (!isUnsupported || api.endpoints.graphql === null) throw v2Error;
  const graphql = new GraphqlLists(api);
  return await graphql.page(query, null).then(
    () => graphql,
    (error: unknown) => {
      throw error instanceof InngestError && error.kind === 'unauthorized' ? error : v2Error;
    },
  );
}

/** Only a dev server reports its version. */
async function readVersion(api: InngestApi): Promise<string | null> {
  if (api.endpoints.info === null) return null;
  const response = await api.request(api.endpoints.info).catch(() => null);
  return response?.status === 200 ? readText(getPath(response.body, 'version'), 60) : null;
}

function sendsKeyInPlainText(api: InngestApi): boolean {
  const { v2, host } = api.endpoints;
  const isLocal = /^(localhost|127\.|\[::1\])/.test(host);
  return v2.startsWith('http:') && !isLocal && api.hasSigningKey;
}
