/**
 * The command line's compiled code in the daemon's home. V8 loads it in a fraction of the time that it takes to compile it.
 * There is a folder for each version, and a daemon deletes those of other versions.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../version.ts';
import { homeFiles } from './home.ts';

/**
 * The folder for this version, or null if the home can't be found or others may write to it: whoever can change the code
 * would run as this user. Never throws, because commands explain what is wrong with the home.
 */
export function codeCacheIn(home: () => string): string | null {
  try {
    const folder = home();
    const found = lstatSync(folder);
    const isOwn = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
    return found.isDirectory() && isOwn ? join(folder, homeFiles.cache, version) : null;
  } catch {
    return null;
  }
}
