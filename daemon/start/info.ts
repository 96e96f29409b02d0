/** `daemon.json`: how clients find the daemon. Only the holder of the lock writes it. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { infoLimit } from '../../shared/client/discovery.ts';
import type { DaemonInfo } from '../../shared/daemon.ts';
import { readFileSafelySync } from '../../shared/files/regularFile.ts';
import { replaceFile } from '../../shared/files/replaceFile.ts';
import { homeUnusable } from './home.ts';

/**
 * Publishes the daemon. The file is readable by its user only and replaced atomically.
 * @throws JobdeckError HOME_UNUSABLE
 */
export function writeInfo(file: string, info: DaemonInfo): void {
  try {
    replaceFile(file, `${JSON.stringify(info, null, 2)}\n`, { flush: true });
  } catch (error) {
    throw homeUnusable(dirname(file), error);
  }
}

/**
 * Removes the file of a daemon that did not stop cleanly.
 * @throws JobdeckError HOME_UNUSABLE
 */
export function removeStaleInfo(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    throw homeUnusable(dirname(file), error);
  }
}

/** Removes the file if it is still the one this daemon wrote. */
export function removeInfo(file: string, info: DaemonInfo): void {
  if (tokenIn(file) === info.token) rmSync(file, { force: true });
}

function tokenIn(file: string): string | null {
  try {
    const found = JSON.parse(readFileSafelySync(file, { limit: infoLimit, own: true })) as { token?: string } | null;
    return found?.token ?? null;
  } catch {
    return null; // Missing or unreadable, so not written by this daemon.
  }
}
