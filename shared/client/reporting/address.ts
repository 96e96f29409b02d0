/** How a program that reports finds the daemon. */
import { readDaemonInfo } from '../discovery.ts';
import { daemonHome } from '../home.ts';
import type { DaemonAddress } from '../http.ts';

export type Env = Record<string, string | undefined>;

/** The job of this machine that a program runs in, as its environment tells; null outside of one. */
export interface OwnJob {
  id: string;
  /** Good for this job alone; null where the environment does not tell it. */
  token: string | null;
  port: number | null;
}

/** The job this program runs in. */
export function ownJob(env: Env): OwnJob | null {
  const id = env.JOBDECK_JOB_ID ?? '';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) return null;
  return { id, token: toToken(env.JOBDECK_TOKEN), port: toPort(env.JOBDECK_URL) };
}

/**
 * Where the daemon is now, for reports on `job`, or on any job for null; null while there is none. The port of a job's
 * environment is of the daemon that started it, which may have been followed by another one since.
 */
export async function findAddress(env: Env, job: OwnJob | null): Promise<DaemonAddress | null> {
  const info = await readDaemonInfo(daemonHome(env));
  if (job?.token) {
    const port = info?.port ?? job.port;
    return port === null ? null : { port, token: job.token };
  }
  // Inside of a job the address is that job's; outside it is one that somebody set for all of them.
  const [token, port] = ownJob(env) === null ? [toToken(env.JOBDECK_TOKEN), toPort(env.JOBDECK_URL)] : [null, null];
  if (token !== null && port !== null) return { port, token };
  return info === null ? null : { port: info.port, token: info.token };
}

function toToken(text: string | undefined): string | null {
  return text !== undefined && /^[\x21-\x7e]+$/.test(text) ? text : null;
}

/** The port of `http://127.0.0.1:4711`; the daemon is on this machine alone. */
function toPort(url: string | undefined): number | null {
  const [, port] = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})\/?$/.exec(url ?? '') ?? [];
  return port !== undefined && Number(port) > 0 && Number(port) < 65_536 ? Number(port) : null;
}
