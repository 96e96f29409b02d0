/** The same request for several jobs. */
import type { DaemonClient } from '../../shared/client/http.ts';
import { neverSent } from '../../shared/client/request.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { Job } from '../../shared/job.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import { messageText, oneLine, type Translate } from '../text.ts';

/** Requests on their way at a time: enough to share the daemon's transactions, few enough for its other clients. */
const atATime = 16;
/** Jobs that are named when several refuse. */
const namedFailures = 3;

interface EachDeps {
  readonly connection: Pick<DaemonAccess, 'client'>;
  readonly t: Translate;
}

/**
 * Asks for all, and returns what came of those that worked. One that fails keeps no other from being asked; the error
 * of a single job is thrown as it is, of several with how many failed and the first of them by name. `onProgress` hears
 * of how many have been asked.
 */
export async function forEachJob<T, J extends Pick<Job, 'title'>>(
  { connection, t }: EachDeps,
  jobs: readonly J[],
  ask: (client: DaemonClient, job: J) => Promise<T>,
  onProgress: (asked: number) => void = () => undefined,
): Promise<T[]> {
  const done: T[] = [];
  const failed: { job: J; error: JobdeckError }[] = [];
  const waiting = jobs.values();
  const work = async () => {
    // All of them take from the same iterator.
    for (const job of waiting) {
      try {
        done.push(await send({ connection }, (client) => ask(client, job)));
      } catch (error) {
        failed.push({ job, error: toJobdeckError(error) });
      }
      onProgress(done.length + failed.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, jobs.length) }, work));
  const [first] = failed;
  if (first === undefined) return done;
  if (jobs.length === 1) throw first.error;
  const named = failed
    .slice(0, namedFailures)
    .map(({ job, error }) => `“${oneLine(job.title, 60)}”: ${messageText(error, t)}`);
  const message = t('{0} of {1} jobs: {2}', failed.length, jobs.length, named.join(' '));
  throw new JobdeckError(first.error.code, message, first.error.hint);
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
