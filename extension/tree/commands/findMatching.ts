/** Finds all jobs that match a filter, including jobs the window does not know, page by page. */
import type { Job, JobStatus } from '../../../shared/job.ts';
import type { RequestDeps } from '../../commandKit/deps.ts';
import { send } from '../../commandKit/send.ts';
import { type JobFilter, matcherOfFound } from '../filter/filter.ts';
import { queryOf } from '../filter/filterQuery.ts';

/** Maximum page size of the daemon. */
const pageSize = 500;

/** The jobs to find. */
export interface MatchCriteria {
  readonly filter: JobFilter;
  /** Statuses of the jobs to find. */
  readonly among: readonly JobStatus[];
  /** An additional condition. */
  applies(job: Job): boolean;
  /** Milliseconds. Times of the filter may be relative to it. */
  readonly now: number;
}

/**
 * Finds all matching jobs. `onCount` receives the number found so far. Groups are left out, because their jobs are
 * found as well.
 */
export async function findMatching(
  { connection }: RequestDeps,
  { filter, among, applies, now }: MatchCriteria,
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
