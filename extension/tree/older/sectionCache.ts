/** The loaded jobs of one section of the history, and the position of the next page. */
import { byEndDescending } from '../../../shared/feed.ts';
import type { Job } from '../../../shared/job.ts';
import type { JobList, ListQuery } from '../../../shared/protocol.ts';

/** Maximum number of jobs per section. The oldest are dropped beyond that, and can be loaded again. */
const mostKept = 5_000;

export interface SectionCache {
  readonly jobs: Map<string, Job>;
  /** Whether jobs are cached. Until then, they are only counted. */
  begun: boolean;
  /** Cursor of the next page: undefined before the first, null after the last. */
  cursor: string | null | undefined;
  /** The query of the pages. */
  query: ListQuery | null;
  /** Number of jobs not loaded yet. Infinite if the daemon does not count that many. */
  left: number;
  /** End time of the next job to load, if it does not directly follow the jobs of the model. */
  from: string | null;
  /** The request in progress. */
  request: Promise<void> | null;
  /** Whether the user is waiting for it. */
  loading: boolean;
}

/** `begun`: see `SectionCache`. */
export function emptyCache(begun: boolean): SectionCache {
  return {
    jobs: new Map(),
    begun,
    cursor: undefined,
    query: null,
    left: 0,
    from: null,
    request: null,
    loading: false,
  };
}

/** Whether nothing was requested yet. */
export function isUnread({ cursor, query }: SectionCache): boolean {
  return cursor === undefined && query === null;
}

/** Adds the matching jobs of a page. Returns the IDs of new jobs. */
export function putPage(
  cache: SectionCache,
  { jobs, nextCursor, total, totalIsExact }: JobList,
  belongs: (job: Job) => boolean,
): string[] {
  if (cache.cursor === undefined) cache.left = totalIsExact ? total : Number.POSITIVE_INFINITY;
  cache.left = nextCursor === null ? 0 : Math.max(1, cache.left - jobs.length);
  cache.cursor = nextCursor;
  const fitting = jobs.filter(belongs);
  const added = fitting.filter(({ id }) => !cache.jobs.has(id)).map(({ id }) => id);
  for (const job of fitting) cache.jobs.set(job.id, job);
  return added;
}

/** Allows one request at a time per section. */
export async function exclusively(cache: SectionCache, ask: () => Promise<void>): Promise<void> {
  while (cache.request !== null) await cache.request.catch(() => undefined);
  cache.request = ask();
  try {
    await cache.request;
  } finally {
    cache.request = null;
  }
}

/** Drops the oldest jobs beyond the limit and returns their IDs. The next page starts with them. */
export function makeRoom(cache: SectionCache): string[] {
  if (cache.jobs.size <= mostKept) return [];
  const sorted = [...cache.jobs.values()].sort(byEndDescending);
  const going = sorted.slice(Math.floor(mostKept * 0.8));
  for (const { id } of going) cache.jobs.delete(id);
  cache.left += going.length;
  cache.cursor = undefined;
  cache.from = going[0]?.endedAt ?? null;
  return going.map(({ id }) => id);
}

/** The cursor as part of a query. Empty for the first page. */
export function cursorOf({ cursor }: SectionCache): Pick<ListQuery, 'cursor'> {
  return typeof cursor === 'string' ? { cursor } : {};
}
