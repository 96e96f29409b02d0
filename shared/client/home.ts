/** The folder of the user's daemon on this machine. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The daemon's home: `$JOBDECK_HOME`, or a folder in the platform's state folder. Absolute; may not exist yet. */
export function daemonHome(
  env: Record<string, string | undefined> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.JOBDECK_HOME) return resolve(env.JOBDECK_HOME);
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'jobdeck');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'jobdeck');
  return join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'jobdeck');
}

/** Names of the files in the daemon's home; see docs/design/daemon.md. */
export const homeFiles = {
  info: 'daemon.json',
  log: 'daemon.log',
  database: 'jobs.db',
  lock: 'lock.db',
  holder: 'lock.json',
  config: 'config.json',
  connections: 'connections.json',
  port: 'port',
  definitions: 'jobs.json',
  logs: 'logs',
  run: 'run',
  bin: 'bin',
  cache: 'cache',
  spool: 'spool',
  reserve: 'reserve',
  marker: 'database.json',
} as const;
