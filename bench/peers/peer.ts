/** The tools that Jobdeck is compared with, and where they are installed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from '../../tools/host/paths.ts';

/** Peers are installed into the test cache, never into the project. */
const peersFolder = join(cache, 'peers');
export const npmFolder = join(peersFolder, 'npm');
export const cargoFolder = join(peersFolder, 'cargo');

/** A tool that runs commands in the background. */
export interface Peer {
  name: string;
  /** Null when it is not installed. */
  version(): Promise<string | null>;
  /** Starts the peer. `folder` exists and is used by this peer only. */
  start(folder: string): Promise<RunningPeer>;
}

export interface RunningPeer {
  /**
   * Runs `/bin/true` `count` times, two at a time. Returns the milliseconds from the first submission to the last exit.
   */
  dispatch(count: number): Promise<number>;
  /** The long-running process, if there is one. */
  pid?: number;
  stop(): Promise<void>;
}

/** The version of an npm package installed for the peers. */
export async function npmVersion(name: string): Promise<string | null> {
  const file = join(npmFolder, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null;
}
