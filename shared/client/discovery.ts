/** Reads `daemon.json`, by which clients find the daemon. */
import { join } from 'node:path';
import type { DaemonInfo } from '../daemon.ts';
import { readFileSafely } from '../files/regularFile.ts';
import { homeFiles } from './home.ts';

/** Bytes that `daemon.json` may have. */
export const infoLimit = 65_536;

/** The value as a DaemonInfo; null if it is anything else. Not checked by schema, because clients have no schema library. */
export function toDaemonInfo(value: unknown): DaemonInfo | null {
  if (typeof value !== 'object' || value === null) return null;
  const { pid, port, token, version, protocol, startedAt } = value as Record<string, unknown>;
  if (!isCount(pid) || !isCount(port) || port > 65_535 || !isCount(protocol)) return null;
  if (typeof token !== 'string' || typeof version !== 'string' || typeof startedAt !== 'string') return null;
  // A token is sent as a header, and daemons only create tokens of visible ASCII characters.
  return /^[\x21-\x7e]+$/.test(token) ? { pid, port, token, version, protocol, startedAt } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** The content of `daemon.json`; null if it is missing, unreadable, incomplete or invalid. Never throws. */
export async function readDaemonInfo(home: string): Promise<DaemonInfo | null> {
  try {
    return toDaemonInfo(JSON.parse(await readFileSafely(join(home, homeFiles.info), { limit: infoLimit, own: true })));
  } catch {
    // Whatever is wrong with the file, the client starts a daemon, which reports problems with its home.
    return null;
  }
}
