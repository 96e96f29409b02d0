/** A filter of the tree as a question to the daemon. */
import type { JobStatus } from '../../../shared/job.ts';
import type { ListQuery } from '../../../shared/protocol.ts';
import { type JobFilter, rangeOf, type TimeRange } from './filter.ts';
import { searchWords } from './searchWords.ts';

/**
 * What to ask for, of jobs that are in one of `among`; null when none of them can pass. Ended ones come by their end,
 * the latest first, unless words are searched for: those come by their creation. The daemon does not search for words
 * by the time of the end, so what it finds then may be more than passes.
 */
export function queryOf(filter: JobFilter, among: readonly JobStatus[], now: number): ListQuery | null {
  const { status, type, workspace, queue, trigger, engine, connection } = filter;
  const statuses = among.filter((one) => status === undefined || status.length === 0 || status.includes(one));
  if (statuses.length === 0) return null;
  const searches = searchWords(filter.text ?? '').words.length > 0;
  const created = rangeOf(filter.since, filter.until, now);
  const ended = rangeOf(filter.endedSince, filter.endedUntil, now);
  const byEnd = !searches && statuses.every((one) => one !== 'pending' && one !== 'waiting' && one !== 'running');
  // Nothing ends before it was created.
  const createdBefore = Math.min(created?.before ?? Infinity, searches ? (ended?.before ?? Infinity) : Infinity);
  return {
    status: statuses.join(','),
    ...given({ trigger: trigger?.join(',') }),
    ...given({ type: names(type), workspace: names(workspace), queue: names(queue), engine: names(engine) }),
    ...given({ connection: names(connection) }),
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
    // That moment is included.
    ...given({ endedUntil: ended.before < Number.MAX_SAFE_INTEGER ? iso(ended.before - 1) : undefined }),
  };
}

function names(values: readonly string[] | undefined): string[] | undefined {
  return values === undefined || values.length === 0 ? undefined : [...values];
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** Without what is undefined or empty. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
