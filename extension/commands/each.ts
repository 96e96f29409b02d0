/** The same request for several jobs. */
import type { DaemonClient } from '../../shared/client/http.ts';
import { neverSent } from '../../shared/client/request.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { Job } from '../../shared/job.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { Translate } from '../text.ts';

interface EachDeps {
  readonly connection: Pick<DaemonAccess, 'client'>;
  readonly t: Translate;
}

/**
 * Asks for all, and returns what came of those that worked. One that fails keeps no other from being asked; the error
 * of a single job is thrown as it is, of several with how many failed.
 */
export async function forEachJob<T>(
  { connection, t }: EachDeps,
  jobs: readonly Job[],
  ask: (client: DaemonClient, job: Job) => Promise<T>,
): Promise<T[]> {
  const results = await Promise.allSettled(jobs.map((job) => send({ connection }, (client) => ask(client, job))));
  const failed = results.filter((result) => result.status === 'rejected');
  const [first] = failed;
  if (first !== undefined) {
    const error = toJobdeckError(first.reason);
    if (jobs.length === 1) throw error;
    const message = t('{0} of {1} jobs: {2}', failed.length, jobs.length, error.message);
    throw new JobdeckError(error.code, message, error.hint);
  }
  return results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
}

/** Asks the daemon; one that just went away without having been asked is asked for again. */
export async function send<T>(
  { connection }: Pick<EachDeps, 'connection'>,
  ask: (client: DaemonClient) => Promise<T>,
): Promise<T> {
  const client = await connection.client();
  try {
    return await ask(client);
  } catch (error) {
    if (!neverSent(error)) throw error;
    const next = await connection.client();
    if (next === client) throw error;
    return ask(next);
  }
}
