/** Waits for jobs to reach a state, by the change feed. */

import { JobdeckError } from '../errors.ts';
import type { FeedMessage } from '../feedMessages.ts';
import type { Job } from '../job.ts';
import { accessProblem } from '../messages/daemonAccess.ts';
import type { DaemonClient } from './http.ts';
import { FeedConnection } from './stream.ts';

/**
 * Resolves with the jobs by ID once `until` has returned true for each. Rejects with JOB_NOT_FOUND for an unknown or
 * removed job, with DAEMON_UNREACHABLE when the daemon disconnects, or with the reason of the abort.
 */
export async function waitForJobs(
  client: DaemonClient,
  ids: readonly string[],
  until: (job: Job) => boolean,
  signal?: AbortSignal,
): Promise<Map<string, Job>> {
  signal?.throwIfAborted();
  // Few commands wait.
  const { WebSocket } = await import('ws');
  const done = new Map<string, Job>();
  const wanted = new Set(ids);
  let connection: FeedConnection | undefined;
  let onAbort = () => {};
  try {
    return await new Promise((resolve, reject) => {
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const check = (jobs: readonly Job[]) => {
        for (const job of jobs) if (wanted.has(job.id) && until(job)) done.set(job.id, job);
        if (done.size === wanted.size) resolve(done);
      };
      const onMessage = (message: FeedMessage) => {
        if (message.type === 'error') {
          reject(new JobdeckError(message.error));
        }
        if (message.type !== 'snapshot' && message.type !== 'changes') return;
        const removed = message.type === 'changes' ? message.removed.find((id) => wanted.has(id)) : undefined;
        if (removed !== undefined && !done.has(removed))
          reject(accessProblem('JOB_NOT_FOUND/removed', { id: removed }));
        check(message.jobs);
        if (message.type !== 'snapshot') return;
        // A snapshot lacks older finished jobs and jobs that don't exist.
        const carried = new Set(message.jobs.map((job) => job.id));
        for (const id of wanted) if (!carried.has(id)) client.get(id).then((job) => check([job]), reject);
      };
      connection = new FeedConnection(
        WebSocket,
        client.address,
        { epoch: null, rev: null },
        { message: onMessage, closed: reject },
      );
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
    connection?.close();
  }
}
