/** Sends requests to the daemon: one, or the same for several jobs. */
import type { DaemonClient } from '../../shared/client/http.ts';
import { neverSent } from '../../shared/client/request.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { Job } from '../../shared/job.ts';
import { hintText, messageText, oneLine, type Translate } from '../base/text.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { RequestDeps } from './deps.ts';

/** Maximum requests in flight: enough to share transactions in the daemon, few enough not to block other clients. */
const atATime = 16;
/** Maximum number of failed jobs named in the error. */
const namedFailures = 3;

/**
 * Sends a request for each job and returns the replies of those that succeeded. A failure does not stop the others: the
 * error of a single job is thrown as it is; for several, one error says how many failed and names the first of them.
 * `onProgress` receives how many requests have been answered.
 */
export async function forEachJob<T, J extends Pick<Job, 'title'>>(
  { connection, t }: RequestDeps & { readonly t: Translate },
  jobs: readonly J[],
  ask: (client: DaemonClient, job: J) => Promise<T>,
  onProgress: (answered: number) => void = () => undefined,
): Promise<T[]> {
  const done: T[] = [];
  const failed: { job: J; error: JobdeckError }[] = [];
  const waiting = jobs.values();
  const work = async () => {
    // All workers share the iterator.
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
  const message = t('Failed for {0} of {1} jobs. {2}', failed.length, jobs.length, named.join(' '));
  throw new JobdeckError({ code: first.error.code, message, hint: hintText(first.error, t) });
}

/** Sends a request. If the daemon stopped before receiving it, the request is sent to the next daemon. */
export async function send<T>({ connection }: RequestDeps, ask: (client: DaemonClient) => Promise<T>): Promise<T> {
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
