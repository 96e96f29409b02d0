/** Files by which clients find the daemon. Only the holder of the lock writes them. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from '../../shared/files/replaceFile.ts';
import { homeUnusable } from './home.ts';

/**
 * Replaces a file atomically. It is readable by its user only.
 * @throws JobdeckError HOME_UNUSABLE
 */
export function publishFile(file: string, text: string): void {
  try {
    replaceFile(file, text, { flush: true });
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
