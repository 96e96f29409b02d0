/** Sorting and grouping of the tree. */
import { byEndDescending } from '../../shared/feed.ts';
import { runTime } from '../../shared/format.ts';
import type { Job, Priority } from '../../shared/job.ts';
import type { Translate } from '../base/text.ts';

export const sortKeys = ['newest', 'oldest', 'title', 'duration', 'priority'] as const;
export type SortKey = (typeof sortKeys)[number];
export const groupKeys = ['status', 'type', 'workspace', 'day', 'none'] as const;
export type GroupKey = (typeof groupKeys)[number];

export interface Arrangement {
  readonly sort: SortKey;
  readonly group: GroupKey;
}

export const defaultArrangement: Arrangement = { sort: 'newest', group: 'status' };

/** Reads a stored arrangement. Missing and invalid parts are those of `fallback`. */
export function readArrangement(value: unknown, fallback: Arrangement = defaultArrangement): Arrangement {
  const { sort, group } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return {
    sort: sortKeys.find((one) => one === sort) ?? fallback.sort,
    group: groupKeys.find((one) => one === group) ?? fallback.group,
  };
}

/** Non-default parts for the view's title: `by type · longest first`. Undefined if all are default. */
export function describeArrangement({ sort, group }: Arrangement, t: Translate): string | undefined {
  const parts = [
    ...(group === defaultArrangement.group ? [] : [groupPhrase(group, t)]),
    ...(sort === defaultArrangement.sort ? [] : [sortPhrase(sort, t)]),
  ];
  return parts.length === 0 ? undefined : parts.join(' · ');
}

function groupPhrase(group: GroupKey, t: Translate): string {
  switch (group) {
    case 'status':
      return t('by status');
    case 'type':
      return t('by type');
    case 'workspace':
      return t('by workspace');
    case 'day':
      return t('by day');
    case 'none':
      return t('not grouped');
  }
}

function sortPhrase(sort: SortKey, t: Translate): string {
  switch (sort) {
    case 'newest':
      return t('newest first');
    case 'oldest':
      return t('oldest first');
    case 'title':
      return t('sorted by title');
    case 'duration':
      return t('longest first');
    case 'priority':
      return t('sorted by priority');
  }
}

type Compare = (a: Job, b: Job) => number;

const priorities: readonly Priority[] = ['urgent', 'high', 'normal', 'low'];

/** Compares sibling rows at `now` (milliseconds). Never equal for two jobs. */
export function orderOf(sort: SortKey, now: number): Compare {
  switch (sort) {
    case 'newest':
      return byNewest;
    case 'oldest':
      return (a, b) => byNewest(b, a);
    case 'title': {
      const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
      return (a, b) => collator.compare(a.title, b.title) || byNewest(a, b);
    }
    case 'duration':
      return (a, b) => (runTime(b, now) ?? -1) - (runTime(a, now) ?? -1) || byNewest(a, b);
    case 'priority':
      return (a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || byNewest(a, b);
  }
}

/** Active jobs by queue time, then finished jobs, latest end first. */
function byNewest(a: Job, b: Job): number {
  if (a.endedAt !== null && b.endedAt !== null) return byEndDescending(a, b);
  if (a.endedAt === null && b.endedAt === null) return descending(a.queuedAt, b.queuedAt) || descending(a.id, b.id);
  return a.endedAt === null ? -1 : 1;
}

/** Timestamps have a fixed format, so they can be compared as strings. */
function descending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}
