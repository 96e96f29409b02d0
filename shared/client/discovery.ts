/** Reading `daemon.json`, by which clients find the daemon. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DaemonInfo } from '../protocol.ts';
import { homeFiles } from './home.ts';

/** The value as a DaemonInfo, or null when it is anything else. Checked by hand: clients carry no schema library. */
export function toDaemonInfo(value: unknown): DaemonInfo | null {
  if (typeof value !== 'object' || value === null) return null;
  const { pid, port, token, version, protocol, startedAt } = value as Record<string, unknown>;
  if (!isCount(pid) || !isCount(port) || port > 65_535 || !isCount(protocol)) return null;
  if (typeof token !== 'string' || typeof version !== 'string' || typeof startedAt !== 'string') return null;
  // A token is sent as a header; anything but visible ASCII there is not one the daemon made.
  return /^[\x21-\x7e]+$/.test(token) ? { pid, port, token, version, protocol, startedAt } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** What `daemon.json` says, or null when it is missing, unreadable, half-written or of another shape. Never throws. */
export async function readDaemonInfo(home: string): Promise<DaemonInfo | null> {
  try {
    return toDaemonInfo(JSON.parse(await readFile(join(home, homeFiles.info), 'utf8')));
  } catch {
    // Whatever is wrong with the file, the answer is to start a daemon, which says what is wrong with its home.
    return null;
  }
}
