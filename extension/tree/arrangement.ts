/** How the tree is sorted and grouped. */
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

export const usualArrangement: Arrangement = { sort: 'newest', group: 'status' };

/** An arrangement as it was kept; what is none of it is as usual. */
export function readArrangement(value: unknown): Arrangement {
  const { sort, group } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return {
    sort: sortKeys.find((one) => one === sort) ?? usualArrangement.sort,
    group: groupKeys.find((one) => one === group) ?? usualArrangement.group,
  };
}

/** What is not as usual, in a few words for the view's title: `by type · longest first`; undefined when all is. */
export function describeArrangement({ sort, group }: Arrangement, t: Translate): string | undefined {
  const parts = [
    ...(group === usualArrangement.group ? [] : [groupPhrase(group, t)]),
    ...(sort === usualArrangement.sort ? [] : [sortPhrase(sort, t)]),
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

/** The order of rows beside each other, at `now` (milliseconds). Never equal for two jobs. */
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

/** What is active, by when it was queued; then what ended, latest end first. */
function byNewest(a: Job, b: Job): number {
  if (a.endedAt !== null && b.endedAt !== null) return byEndDescending(a, b);
  if (a.endedAt === null && b.endedAt === null) return descending(a.queuedAt, b.queuedAt) || descending(a.id, b.id);
  return a.endedAt === null ? -1 : 1;
}

/** Times on the wire are of one form, so their texts are in order. */
function descending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}
