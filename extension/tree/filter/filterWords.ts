/** Describes a filter of the tree in words. */
import { statusWord } from '../../../shared/format.ts';
import type { Job } from '../../../shared/job.ts';
import type { Translate } from '../../base/text.ts';
import { type Facet, facets, type JobFilter } from './filter.ts';

/** Describes the filter: `Failed · build · “disk full” · since 7d`. */
export function describeFilter(filter: JobFilter, t: Translate): string {
  const values = facets.map((facet) => (filter[facet] ?? []).map((value) => choiceLabel(facet, value, t)).join(', '));
  return [...values, ...describeBounds(filter, t)].filter((part) => part !== '').join(' · ');
}

/** Describes the words and times of a filter; at most three parts. */
export function describeBounds(filter: JobFilter, t: Translate): string[] {
  const { text, since, until, endedSince, endedUntil } = filter;
  return [
    ...(text === undefined ? [] : [t('“{0}”', text.trim())]),
    ...describeTimes(since, until, {
      day: (day) => t('created on {0}', day),
      both: (first, last) => t('created {0} to {1}', first, last),
      since: (first) => t('created since {0}', first),
      until: (last) => t('created until {0}', last),
      ago: (first) => t('created in the last {0}', first),
    }),
    ...describeTimes(endedSince, endedUntil, {
      day: (day) => t('ended on {0}', day),
      both: (first, last) => t('ended {0} to {1}', first, last),
      since: (first) => t('ended since {0}', first),
      until: (last) => t('ended until {0}', last),
      ago: (first) => t('ended in the last {0}', first),
    }),
  ];
}

interface TimePhrases {
  day(day: string): string;
  both(first: string, last: string): string;
  since(first: string): string;
  until(last: string): string;
  ago(span: string): string;
}

function describeTimes(since: string | undefined, until: string | undefined, phrases: TimePhrases): string[] {
  // A whole UTC day, as set by the statistics page.
  const utcDay = /^(\d{4}-\d\d-\d\d)T00:00:00\.000Z$/.exec(since ?? '')?.[1];
  if (utcDay !== undefined && until === `${utcDay}T23:59:59.999Z`) return [phrases.day(utcDay)];
  const first = since === undefined ? undefined : shortTime(since);
  const last = until === undefined ? undefined : shortTime(until);
  if (first !== undefined && last !== undefined)
    return [first === last ? phrases.day(first) : phrases.both(first, last)];
  if (last !== undefined) return [phrases.until(last)];
  if (first === undefined) return [];
  return [/^\d+ ?(s|min|h|d|w)$/.test(first) ? phrases.ago(first) : phrases.since(first)];
}

/** A time as typed, without redundant parts of a timestamp. */
function shortTime(text: string): string {
  return text
    .trim()
    .replace(/T00:00:00\.000Z$/, '')
    .replace(/T23:59:59\.999Z$/, '');
}

/** The label of a facet value. */
export function choiceLabel(facet: Facet, value: string, t: Translate): string {
  return facet === 'status' ? statusWord({ status: value as Job['status'], cancelRequestedAt: null }, t) : value;
}
