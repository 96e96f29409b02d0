/** Names in filters that don't exist, probably because of a typo. An empty result would hide it. */
import type { DaemonClient } from '../shared/client/http.ts';
import { nearest, suggestion } from '../shared/definitions/near.ts';
import { JobdeckError } from '../shared/errors.ts';
import type { Message } from '../shared/messages/schema.ts';
import { remoteEngines } from '../shared/vocabulary.ts';
import { cliError } from './problems.ts';

interface KnownNames {
  names(client: DaemonClient): Promise<readonly string[]>;
  error(name: string, similar: Message): JobdeckError;
}

const engines = ['local', 'reported', 'group', ...remoteEngines];
const known = {
  queue: {
    names: async (client) => (await client.queues()).map(({ name }) => name),
    error: (queue, similar) => cliError('UNKNOWN_QUEUE/filter', { queue, similar }),
  },
  engine: {
    names: async () => engines,
    error: (engine, similar) => cliError('INVALID_REQUEST/unknownEngine', { engine, similar }),
  },
  connection: {
    names: async (client) => (await client.connections()).map(({ name }) => name),
    error: (name, similar) => cliError('CONNECTION_NOT_FOUND/filter', { name, similar }),
  },
} satisfies Record<string, KnownNames>;

export type NameKind = keyof typeof known;

/** Groups among which a similar name is searched. */
const groupLimit = 500;

/**
 * Checks a name that jobs are filtered by. One that was removed is known as long as jobs have it.
 * @throws JobdeckError UNKNOWN_QUEUE, INVALID_REQUEST, CONNECTION_NOT_FOUND
 */
export async function checkName(client: DaemonClient, kind: NameKind, name: string): Promise<void> {
  const names = await known[kind].names(client);
  if (names.includes(name)) return;
  const used = (await client.facets())[kind].map(({ value }) => value);
  if (!used.includes(name)) throw known[kind].error(name, suggestion(name, [...new Set([...names, ...used])]));
}

/** The ID of a group. JOB_NOT_FOUND, AMBIGUOUS_JOB. */
export async function groupId(client: DaemonClient, ref: string): Promise<string> {
  try {
    const [id = ref] = await client.resolve([ref]);
    if ((await client.get(id)).children !== null) return id;
  } catch (error) {
    if (!(error instanceof JobdeckError && error.code === 'JOB_NOT_FOUND')) throw error;
  }
  const { jobs } = await client.list({ engine: 'group', limit: groupLimit });
  const similar = suggestion(
    ref,
    jobs.map(({ title }) => title),
  );
  throw cliError('JOB_NOT_FOUND/group', { group: ref, similar });
}

/** The value of jobs that is similar to one that no job has, or null. */
export async function similarValue(client: DaemonClient, kind: 'type' | 'tag', value: string): Promise<string | null> {
  const used = (await client.facets())[kind].map((one) => one.value);
  return used.includes(value) ? null : nearest(value, used);
}
