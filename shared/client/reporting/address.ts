/** How a reporting program finds the daemon. */
import { readDaemonInfo } from '../discovery.ts';
import { daemonHome } from '../home.ts';
import type { DaemonAddress } from '../http.ts';

export type Env = Record<string, string | undefined>;

/** The local job that a program runs in, as described by its environment. */
export interface OwnJob {
  id: string;
  /** Valid for this job only. Null if the environment has none. */
  token: string | null;
  port: number | null;
}

/** The job this program runs in, or null. */
export function ownJob(env: Env): OwnJob | null {
  const id = env.JOBDECK_JOB_ID ?? '';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) return null;
  return { id, token: toToken(env.JOBDECK_TOKEN), port: toPort(env.JOBDECK_URL) };
}

/**
 * The current address of the daemon for reports on `job`, or on any job if null. Null while no daemon is running. The
 * port in a job's environment belongs to the daemon that started it, which may have been replaced since.
 */
export async function findAddress(env: Env, job: OwnJob | null): Promise<DaemonAddress | null> {
  const info = await readDaemonInfo(daemonHome(env));
  if (job?.token) {
    const port = info?.port ?? job.port;
    return port === null ? null : { port, token: job.token };
  }
  // Inside a job the variables belong to that job; outside they select the daemon for all jobs.
  const [token, port] = ownJob(env) === null ? [toToken(env.JOBDECK_TOKEN), toPort(env.JOBDECK_URL)] : [null, null];
  if (token !== null && port !== null) return { port, token };
  return info === null ? null : { port: info.port, token: info.token };
}

function toToken(text: string | undefined): string | null {
  return text !== undefined && /^[\x21-\x7e]+$/.test(text) ? text : null;
}

/** The port in `http://127.0.0.1:4711`. The daemon is always on this machine. */
function toPort(url: string | undefined): number | null {
  const [, port] = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})\/?$/.exec(url ?? '') ?? [];
  return port !== undefined && Number(port) > 0 && Number(port) < 65_536 ? Number(port) : null;
}
