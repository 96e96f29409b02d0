/** One connection to Redis, which is not made again by itself: whoever uses it does that for all of its connections. */
import type { Redis, RedisOptions } from 'ioredis';
import type { RedisAddress } from './address.ts';
import { readCaFile, toConnectionError } from './errors.ts';

const connectMs = 5_000;
/** A command that is not answered by then: the connection is dead. */
const commandMs = 10_000;

/** Opens a connection; `blocks`: commands on it may wait for long. Rejects with a ConnectionProblem. */
export type OpenRedis = (
  address: RedisAddress,
  kind: { blocks: boolean },
  gone: (error: unknown) => void,
) => Promise<Redis>;

/**
 * Opens connections that go together: when one is gone all are let go, and `gone` hears of it once. What `use` makes of
 * them is returned; when it fails none is left open.
 * @throws ConnectionProblem
 */
export async function openTogether<T>(
  open: OpenRedis,
  address: RedisAddress,
  kinds: readonly { blocks: boolean }[],
  { onClosed, setUp }: { onClosed(error: unknown): void; setUp(clients: Redis[]): Promise<T> },
): Promise<T> {
  const opened: Redis[] = [];
  let isGone = false;
  const closeAll = () => {
    isGone = true;
    for (const one of opened) one.disconnect();
  };
  const lost = (error: unknown) => {
    if (isGone) return;
    closeAll();
    onClosed(error);
  };
  try {
    for (const kind of kinds) opened.push(await open(address, kind, lost));
    return await setUp(opened);
  } catch (error) {
    closeAll();
    throw error;
  }
}

/** @throws ConnectionProblem */
export async function openRedis(
  address: RedisAddress,
  kind: { blocks: boolean },
  onClosed: (error: unknown) => void,
): Promise<Redis> {
  // Loaded with the first connection: a daemon without any does without it.
  const { Redis } = await import('ioredis');
  const client = new Redis(await optionsOf(address, kind));
  let isOpen = false;
  let latest: unknown = null;
  client.on('error', (error: unknown) => (latest = error));
  client.on('end', () => {
    if (isOpen) onClosed(toConnectionError(latest ?? new Error('it was closed'), 'Redis', address.label));
  });
  try {
    await client.connect();
    await client.ping();
    // A database that is not there is told beside, and the first one used.
    if (latest !== null) throw latest;
    isOpen = true;
    return client;
  } catch (error) {
    client.disconnect();
    throw toConnectionError(latest ?? error, 'Redis', address.label);
  }
}

async function optionsOf(address: RedisAddress, { blocks }: { blocks: boolean }): Promise<RedisOptions> {
  const { host, port, path, username, password, database, tls } = address;
  const ca = await readCaFile(tls);
  return {
    ...(path === null ? { host, port } : { path }),
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(tls === null ? {} : { tls: { rejectUnauthorized: tls.verifyCertificate, ...(ca ? { ca } : {}) } }),
    db: database,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: connectMs,
    connectionName: 'jobdeck',
    // Understood by every version of Redis.
    protocol: 2,
    ...(blocks ? {} : { commandTimeout: commandMs }),
  };
}
