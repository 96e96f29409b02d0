/** What is loaded of one section of the history, and how to go on. */
import { byEndDescending } from '../../../shared/feed.ts';
import type { Job } from '../../../shared/job.ts';
import type { JobList, ListQuery } from '../../../shared/protocol.ts';

/** Jobs of a section that are kept; of more the oldest are forgotten, and can be loaded again. */
const mostKept = 5_000;

export interface Shelf {
  readonly jobs: Map<string, Job>;
  /** Whether jobs are kept here; until then they are only counted. */
  begun: boolean;
  /** Where the next page begins: undefined when none was asked for yet, null after the last. */
  cursor: string | null | undefined;
  /** What the pages are pages of. */
  query: ListQuery | null;
  /** Jobs not loaded yet; infinite when the daemon does not count so many. */
  left: number;
  /** The end of the latest job to be loaded next, when that is not just beyond what the window knows. */
  from: string | null;
  /** What is being asked now. */
  asking: Promise<void> | null;
  /** Whether somebody waits for it. */
  loading: boolean;
}

/** `begun`: see there. */
export function emptyShelf(begun: boolean): Shelf {
  return {
    ...{ jobs: new Map(), begun, cursor: undefined, query: null },
    ...{ left: 0, from: null, asking: null, loading: false },
  };
}

/** Whether nothing was asked for it yet. */
export function isUnread({ cursor, query }: Shelf): boolean {
  return cursor === undefined && query === null;
}

/** Puts a page on a shelf, as far as it belongs there; the ids of the jobs that are new on it. */
export function putPage(
  shelf: Shelf,
  { jobs, nextCursor, total, totalIsExact }: JobList,
  belongs: (job: Job) => boolean,
): string[] {
  if (shelf.cursor === undefined) shelf.left = totalIsExact ? total : Number.POSITIVE_INFINITY;
  shelf.left = nextCursor === null ? 0 : Math.max(1, shelf.left - jobs.length);
  shelf.cursor = nextCursor;
  const fitting = jobs.filter(belongs);
  const added = fitting.filter(({ id }) => !shelf.jobs.has(id)).map(({ id }) => id);
  for (const job of fitting) shelf.jobs.set(job.id, job);
  return added;
}

/** One thing is asked at a time for a section. */
export async function exclusively(shelf: Shelf, ask: () => Promise<void>): Promise<void> {
  while (shelf.asking !== null) await shelf.asking.catch(() => undefined);
  shelf.asking = ask();
  try {
    await shelf.asking;
  } finally {
    shelf.asking = null;
  }
}

/** Forgets the oldest of too many; their ids. The next page begins where they were. */
export function makeRoom(shelf: Shelf): string[] {
  if (shelf.jobs.size <= mostKept) return [];
  const sorted = [...shelf.jobs.values()].sort(byEndDescending);
  const going = sorted.slice(Math.floor(mostKept * 0.8));
  for (const { id } of going) shelf.jobs.delete(id);
  shelf.left += going.length;
  shelf.cursor = undefined;
  shelf.from = going[0]?.endedAt ?? null;
  return going.map(({ id }) => id);
}

/** Where to go on, as a question has it; nothing at the beginning. */
export function cursorOf({ cursor }: Shelf): Pick<ListQuery, 'cursor'> {
  return typeof cursor === 'string' ? { cursor } : {};
}
