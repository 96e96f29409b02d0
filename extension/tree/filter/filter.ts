/** Which jobs the tree shows. */
import type { Job } from '../../../shared/job.ts';
import { parseWhen } from '../../../shared/when.ts';
import { facetNames } from '../../../shared/wire.ts';
import { hasWords, type SearchWords, searchWords } from './searchWords.ts';

/** Facets by which jobs are told apart; each is a field of Job. */
export const facets = facetNames;
export type Facet = (typeof facets)[number];

/** What else a filter can have: words, and times as shared/when.ts reads them. */
export const bounds = ['text', 'since', 'until', 'endedSince', 'endedUntil'] as const;
export type Bound = (typeof bounds)[number];

/**
 * The values that may pass, by facet; words that a job has; when it was created, and when it ended. What is not there
 * lets everything pass. A day named as the last one is included.
 */
export type JobFilter = Readonly<Partial<Record<Facet, readonly string[]> & Record<Bound, string>>>;

export const noFilter: JobFilter = {};

/** Characters a text or a time may have. */
const longest = 1_000;

/** A filter as it was kept; what is none of it is left out. */
export function readFilter(value: unknown): JobFilter {
  if (typeof value !== 'object' || value === null) return noFilter;
  const kept = value as Readonly<Record<string, unknown>>;
  const valuesOf = (facet: Facet) => {
    const values = kept[facet];
    return Array.isArray(values) ? values.filter((one) => typeof one === 'string') : [];
  };
  const isKept = (bound: Bound) => {
    const one = kept[bound];
    if (typeof one !== 'string' || one.trim() === '' || one.length > longest) return false;
    return bound === 'text' || parseWhen(one, 0) !== null;
  };
  return {
    ...filterOf(facets.flatMap((facet) => valuesOf(facet).map((one) => ({ facet, value: one })))),
    ...Object.fromEntries(bounds.filter(isKept).map((bound) => [bound, kept[bound]])),
  };
}

/** Whether a filter hides anything at all. */
export function isFiltering(filter: JobFilter): boolean {
  return facets.some((facet) => (filter[facet]?.length ?? 0) > 0) || bounds.some((bound) => filter[bound]);
}

/**
 * Whether a job passes, at `now` (milliseconds): when every facet that is set has its value, its words are there, and
 * its times are in range.
 */
export function matcher(filter: JobFilter, now: number): (job: Job) => boolean {
  const wanted = facets.flatMap((facet) => {
    const values = filter[facet];
    return values === undefined || values.length === 0 ? [] : [{ facet, values: new Set(values) }];
  });
  const words: SearchWords = searchWords(filter.text ?? '');
  const created = rangeOf(filter.since, filter.until, now);
  const ended = rangeOf(filter.endedSince, filter.endedUntil, now);
  return (job) =>
    wanted.every(({ facet, values }) => values.has(job[facet] ?? '')) &&
    (created === null || isIn(job.createdAt, created)) &&
    (ended === null || (job.endedAt !== null && isIn(job.endedAt, ended))) &&
    hasWords(job, words);
}

/** As `matcher`, of jobs that the daemon found by the words of the filter: it looks for them in more than a window knows. */
export function matcherOfFound({ text, ...others }: JobFilter, now: number): (job: Job) => boolean {
  return matcher(others, now);
}

/** From one millisecond, to before another. */
export interface TimeRange {
  readonly from: number;
  readonly before: number;
}

/** The time from `since` to `until`, which is included; null when neither is given. */
export function rangeOf(since: string | undefined, until: string | undefined, now: number): TimeRange | null {
  const first = since === undefined ? null : parseWhen(since, now);
  const last = until === undefined ? null : parseWhen(until, now);
  if (first === null && last === null) return null;
  const before = last === null ? Number.MAX_SAFE_INTEGER : last.from === last.to ? last.to + 1 : last.to;
  return { from: first?.from ?? 0, before };
}

function isIn(at: string, { from, before }: TimeRange): boolean {
  const time = Date.parse(at);
  return time >= from && time < before;
}

/** The filter of the chosen values. */
export function filterOf(chosen: readonly { facet: Facet; value: string }[]): JobFilter {
  const valuesOf = (facet: Facet) => chosen.filter((choice) => choice.facet === facet).map(({ value }) => value);
  const set = facets.map((facet) => [facet, valuesOf(facet)] as const).filter(([, values]) => values.length > 0);
  return Object.fromEntries(set);
}
