/** Finds all jobs that match a filter, including those the window does not know, page by page. */
import type { Job, JobStatus } from '../../../shared/job.ts';
import type { RequestDeps } from '../../commandKit/deps.ts';
import { send } from '../../commandKit/send.ts';
import { type JobFilter, matcherOfFound } from '../filter/filter.ts';
import { queryOf } from '../filter/filterQuery.ts';

/** Jobs the daemon gives at once, at most. */
const pageSize = 500;

/** What is looked for. */
export interface Sought {
  readonly filter: JobFilter;
  /** Statuses of jobs that are meant. */
  readonly among: readonly JobStatus[];
  /** Whether a job is meant that has such a status and matches. */
  applies(job: Job): boolean;
  /** Milliseconds; times of the filter may be relative to it. */
  readonly now: number;
}

/**
 * All that match and are meant; `onCount` hears how many were found so far. A group is left to its jobs: it would be
 * meant beside them.
 */
export async function findMatching(
  { connection }: RequestDeps,
  { filter, among, applies, now }: Sought,
  onCount: (count: number) => void,
): Promise<Pick<Job, 'id' | 'title'>[]> {
  const query = queryOf(filter, among, now);
  if (query === null) return [];
  const passes = matcherOfFound(filter, now);
  const found = new Map<string, Pick<Job, 'id' | 'title'>>();
  let cursor: string | undefined;
  do {
    const page = await send({ connection }, (client) => client.list({ ...query, cursor, limit: pageSize }));
    for (const job of page.jobs) {
      if (job.children === null && applies(job) && passes(job)) found.set(job.id, { id: job.id, title: job.title });
    }
    onCount(found.size);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return [...found.values()];
}
