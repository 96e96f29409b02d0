/** The filter of the tree. */
import type { Job } from '../../../shared/job.ts';
import { parseWhen } from '../../../shared/when.ts';
import { facetNames } from '../../../shared/wire.ts';
import { hasWords, type SearchWords, searchWords } from './searchWords.ts';

/** Facets to filter by. */
export const facets = facetNames;
export type Facet = (typeof facets)[number];

/** Other parts of a filter: words, and times as shared/when.ts parses them. */
export const bounds = ['text', 'since', 'until', 'endedSince', 'endedUntil'] as const;
export type Bound = (typeof bounds)[number];

/**
 * Allowed values by facet, words, and ranges of creation and end time. Missing parts match every job. The last day of a
 * range is included.
 */
export type JobFilter = Readonly<Partial<Record<Facet, readonly string[]> & Record<Bound, string>>>;

export const noFilter: JobFilter = {};

/** Maximum length of a text or a time. */
const longest = 1_000;

/** Reads a stored filter. Invalid parts are left out. */
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

/** Whether the filter has any condition. */
export function isFiltering(filter: JobFilter): boolean {
  return facets.some((facet) => (filter[facet]?.length ?? 0) > 0) || bounds.some((bound) => filter[bound]);
}

/**
 * Returns a function that tests whether a job matches at `now` (milliseconds): all facets, words and times must match.
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
    wanted.every(({ facet, values }) => facetValues(job, facet).some((value) => values.has(value))) &&
    (created === null || isIn(job.createdAt, created)) &&
    (ended === null || (job.endedAt !== null && isIn(job.endedAt, ended))) &&
    hasWords(job, words);
}

/** The values of a job. Only tags can be several. */
export function facetValues(job: Job, facet: Facet): readonly string[] {
  if (facet === 'tag') return job.tags;
  const value = job[facet];
  return value === null ? [] : [value];
}

/** Like `matcher`, for jobs that the daemon found by the words of the filter: it searches fields that the window does not have. */
export function matcherOfFound({ text, ...others }: JobFilter, now: number): (job: Job) => boolean {
  return matcher(others, now);
}

/** A range in milliseconds. The end is exclusive. */
export interface TimeRange {
  readonly from: number;
  readonly before: number;
}

/** The range from `since` to `until` (inclusive), or null if neither is set. */
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

/** The filter for the selected values. */
export function filterOf(chosen: readonly { facet: Facet; value: string }[]): JobFilter {
  const valuesOf = (facet: Facet) => chosen.filter((choice) => choice.facet === facet).map(({ value }) => value);
  const set = facets.map((facet) => [facet, valuesOf(facet)] as const).filter(([, values]) => values.length > 0);
  return Object.fromEntries(set);
}
