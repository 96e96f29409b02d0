/** What Jobdeck is measured beside, and where it is installed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from '../../tools/host/paths.ts';

/** Nothing of the peers gets into the project: they are in the cache of the tests. */
export const peersFolder = join(cache, 'peers');
export const npmFolder = join(peersFolder, 'npm');
export const cargoFolder = join(peersFolder, 'cargo');

/** A tool that runs commands in the background. */
export interface Peer {
  name: string;
  /** Null when it is not installed. */
  version(): Promise<string | null>;
  /** Starts what it needs, with everything it keeps in `folder`, which exists and is its own. */
  start(folder: string): Promise<RunningPeer>;
}

export interface RunningPeer {
  /** Runs `/bin/true` so many times, two at a time. Milliseconds from the first submission to the last end. */
  dispatch(count: number): Promise<number>;
  /** The process that stays, where there is one. */
  pid?: number;
  stop(): Promise<void>;
}

/** The version of an npm package among the peers. */
export async function npmVersion(name: string): Promise<string | null> {
  const file = join(npmFolder, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null;
}
