/** Quick pick items of the filter: values with their number of jobs, and the current words and dates. */
import type { Job } from '../../../shared/job.ts';
import { escapeIcons, oneLine, type Translate } from '../../base/text.ts';
import { bounds, type Facet, facets, facetValues, filterOf, type JobFilter } from './filter.ts';
import { choiceLabel, describeBounds } from './filterWords.ts';

/** A value to filter by, and the number of jobs that have it. */
export interface Choice {
  readonly facet: Facet;
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

/** Number of jobs by value, for each facet. */
export type FacetCounts = Readonly<
  Partial<Record<Facet, readonly { readonly value: string; readonly jobs: number }[]>>
>;

/** Counts the values of these jobs, if the daemon can't be asked. */
export function countFacets(jobs: readonly Job[]): FacetCounts {
  const counted = facets.map((facet) => {
    const counts = new Map<string, number>();
    for (const job of jobs) {
      for (const value of facetValues(job, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [facet, [...counts].map(([value, count]) => ({ value, jobs: count }))];
  });
  return Object.fromEntries(counted);
}

/**
 * All values by facet, most frequent first. A facet with only one value is left out, except a single tag: most jobs have
 * none.
 */
export function choices(counted: FacetCounts, current: JobFilter, t: Translate): Choice[] {
  return facets.flatMap((facet) => {
    const counts = new Map<string, number>((current[facet] ?? []).map((value) => [value, 0]));
    for (const { value, jobs } of counted[facet] ?? []) counts.set(value, jobs);
    if (counts.size < 2 && facet !== 'tag' && current[facet] === undefined) return [];
    return [...counts]
      .sort(([a, first], [b, second]) => second - first || a.localeCompare(b))
      .map(([value, count]) => ({ facet, value, label: choiceLabel(facet, value, t), count }));
  });
}

/** An item and its part of the filter. Items of the same facet are adjacent. */
export interface FilterItem {
  readonly label: string;
  readonly description?: string;
  readonly picked: boolean;
  /** Null for words and dates. */
  readonly facet: Facet | null;
  readonly part: JobFilter;
}

/** The current words and dates, then all values. */
export function filterItems(counted: FacetCounts, current: JobFilter, t: Translate): FilterItem[] {
  const { text, since, until, endedSince, endedUntil } = current;
  const set = [{ text }, { since, until }, { endedSince, endedUntil }].flatMap((part): FilterItem[] => {
    const [label] = describeBounds(part, t);
    return label === undefined ? [] : [{ label: inList(label), picked: true, facet: null, part }];
  });
  const values = choices(counted, current, t).map(({ facet, value, label, count }) => ({
    label: inList(label),
    description: String(count),
    facet,
    part: { [facet]: [value] },
    picked: current[facet]?.includes(value) ?? false,
  }));
  return [...set, ...values];
}

/** Combines parts into a filter. Values of the same facet are alternatives. */
export function together(parts: readonly JobFilter[]): JobFilter {
  const chosen = parts.flatMap((part) =>
    facets.flatMap((facet) => (part[facet] ?? []).map((value) => ({ facet, value }))),
  );
  const limits = parts.flatMap((part) =>
    bounds.flatMap((bound) => (part[bound] === undefined ? [] : [[bound, part[bound]] as const])),
  );
  return { ...Object.fromEntries(limits), ...filterOf(chosen) };
}

function inList(label: string): string {
  return escapeIcons(oneLine(label));
}
