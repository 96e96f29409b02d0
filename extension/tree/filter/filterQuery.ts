/** Turns a filter of the tree into a query for the daemon. */
import type { JobStatus } from '../../../shared/job.ts';
import type { ListQuery } from '../../../shared/protocol.ts';
import { type JobFilter, rangeOf, type TimeRange } from './filter.ts';
import { searchWords } from './searchWords.ts';

/**
 * The query for jobs with one of the statuses `among`, or null if none of them can match. Finished jobs are sorted by
 * end time, latest first. Search results are sorted by creation time instead, and the daemon can't restrict them by end
 * time, so that the result may contain jobs that don't match.
 */
export function queryOf(filter: JobFilter, among: readonly JobStatus[], now: number): ListQuery | null {
  const { status, type, tag, workspace, queue, trigger, engine, connection } = filter;
  const statuses = among.filter((one) => status === undefined || status.length === 0 || status.includes(one));
  if (statuses.length === 0) return null;
  const searches = searchWords(filter.text ?? '').words.length > 0;
  const created = rangeOf(filter.since, filter.until, now);
  const ended = rangeOf(filter.endedSince, filter.endedUntil, now);
  const byEnd = !searches && statuses.every((one) => one !== 'pending' && one !== 'waiting' && one !== 'running');
  // A job that ended before a time was created before it.
  const createdBefore = Math.min(created?.before ?? Infinity, searches ? (ended?.before ?? Infinity) : Infinity);
  return {
    status: statuses.join(','),
    ...given({ trigger: trigger?.join(',') }),
    ...given({ type: names(type), workspace: names(workspace), queue: names(queue), engine: names(engine) }),
    ...given({ tag: names(tag), connection: names(connection) }),
    ...given({ since: created === null || created.from === 0 ? undefined : iso(created.from) }),
    ...given({ until: createdBefore < Number.MAX_SAFE_INTEGER ? iso(createdBefore) : undefined }),
    ...(searches ? given({ q: filter.text }) : endsOf(ended)),
    ...(byEnd ? { sort: 'endedAt' as const } : {}),
  };
}

function endsOf(ended: TimeRange | null): Pick<ListQuery, 'endedSince' | 'endedUntil'> {
  if (ended === null) return {};
  return {
    endedSince: iso(ended.from),
    // The daemon's bound is inclusive.
    ...given({ endedUntil: ended.before < Number.MAX_SAFE_INTEGER ? iso(ended.before - 1) : undefined }),
  };
}

function names(values: readonly string[] | undefined): string[] | undefined {
  return values === undefined || values.length === 0 ? undefined : [...values];
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** Removes undefined and empty fields. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
