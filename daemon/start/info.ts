/** `daemon.json`: how clients find the daemon. Only the holder of the lock writes it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DaemonInfo } from '../../shared/daemon.ts';
import { homeUnusable } from './home.ts';

/**
 * Publishes the daemon. The file is readable by its user only and replaced atomically.
 * @throws JobdeckError HOME_UNUSABLE
 */
export function writeInfo(file: string, info: DaemonInfo): void {
  const draft = `${file}.new`;
  try {
    rmSync(draft, { force: true });
    writeFileSync(draft, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, file);
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
    const found = JSON.parse(readFileSync(file, 'utf8')) as { token?: string } | null;
    return found?.token ?? null;
  } catch {
    return null; // Missing or unreadable, so not written by this daemon.
  }
}
