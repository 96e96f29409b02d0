/** Connections to Redis. They don't reconnect: their owner reopens all its connections together. */
import type { Redis, RedisOptions } from 'ioredis';
import type { RedisAddress } from './address.ts';
import { readCaFile, toConnectionError } from './errors.ts';

const connectMs = 5_000;
/** A command without a reply within this time means that the connection is dead. */
const commandMs = 10_000;

/** Opens a connection; `blocks`: its commands may wait for a long time. Rejects with a ConnectionError. */
export type OpenRedis = (
  address: RedisAddress,
  kind: { blocks: boolean },
  onClosed: (error: unknown) => void,
) => Promise<Redis>;

/**
 * Opens connections that belong together: when one closes, all are closed and `onClosed` is called once. Returns the
 * result of `setUp`; if that fails, all are closed.
 * @throws ConnectionError
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
  const onOneClosed = (error: unknown) => {
    if (isGone) return;
    closeAll();
    onClosed(error);
  };
  try {
    for (const kind of kinds) opened.push(await open(address, kind, onOneClosed));
    return await setUp(opened);
  } catch (error) {
    closeAll();
    throw error;
  }
}

/** @throws ConnectionError */
export async function openRedis(
  address: RedisAddress,
  kind: { blocks: boolean },
  onClosed: (error: unknown) => void,
): Promise<Redis> {
  // Loaded on demand, so that a daemon without connections doesn't load it.
  const { Redis } = await import('ioredis');
  const client = new Redis(await optionsOf(address, kind));
  let isOpen = false;
  let latest: unknown = null;
  client.on('error', (error: unknown) => (latest = error));
  client.on('end', () => {
    if (isOpen) onClosed(toConnectionError(latest, 'Redis', address.label));
  });
  try {
    await client.connect();
    await client.ping();
    // For a missing database, ioredis emits an error and uses the first database.
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
    // Supported by every version of Redis.
    protocol: 2,
    ...(blocks ? {} : { commandTimeout: commandMs }),
  };
}
