/** Which jobs the tree shows. */
import { statusWord } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';

/** Facets by which jobs are told apart; each is a field of Job. */
export const facets = ['status', 'type', 'workspace', 'queue', 'trigger', 'engine'] as const;
export type Facet = (typeof facets)[number];

/** The values that may pass, by facet; a facet that is not there lets everything pass. */
export type JobFilter = Readonly<Partial<Record<Facet, readonly string[]>>>;

export const noFilter: JobFilter = {};

/** A filter as it was kept; what is none of it is left out. */
export function readFilter(value: unknown): JobFilter {
  if (typeof value !== 'object' || value === null) return noFilter;
  const kept = value as Readonly<Record<string, unknown>>;
  const valuesOf = (facet: Facet) => {
    const values = kept[facet];
    return Array.isArray(values) ? values.filter((one) => typeof one === 'string') : [];
  };
  return filterOf(facets.flatMap((facet) => valuesOf(facet).map((one) => ({ facet, value: one }))));
}

/** Whether a filter hides anything at all. */
export function isFiltering(filter: JobFilter): boolean {
  return facets.some((facet) => (filter[facet]?.length ?? 0) > 0);
}

/** A job passes when every facet that is set has its value. */
export function passes(job: Job, filter: JobFilter): boolean {
  return facets.every((facet) => {
    const wanted = filter[facet];
    return wanted === undefined || wanted.length === 0 || wanted.includes(job[facet] ?? '');
  });
}

/** A value that can be filtered by, and how many jobs have it. */
export interface Choice {
  readonly facet: Facet;
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

/** Everything the jobs can be told apart by, facet by facet, most frequent first; a facet with one value is left out. */
export function choices(jobs: readonly Job[], current: JobFilter): Choice[] {
  return facets.flatMap((facet) => {
    const counts = new Map<string, number>((current[facet] ?? []).map((value) => [value, 0]));
    for (const job of jobs) {
      const value = job[facet];
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    if (counts.size < 2 && current[facet] === undefined) return [];
    return [...counts]
      .sort(([a, first], [b, second]) => second - first || a.localeCompare(b))
      .map(([value, count]) => ({ facet, value, label: choiceLabel(facet, value), count }));
  });
}

/** The filter of the chosen values. */
export function filterOf(chosen: readonly Pick<Choice, 'facet' | 'value'>[]): JobFilter {
  const valuesOf = (facet: Facet) => chosen.filter((choice) => choice.facet === facet).map(({ value }) => value);
  const set = facets.map((facet) => [facet, valuesOf(facet)] as const).filter(([, values]) => values.length > 0);
  return Object.fromEntries(set);
}

/** The filter in words: `Failed · build`. */
export function describeFilter(filter: JobFilter): string {
  return facets
    .map((facet) => (filter[facet] ?? []).map((value) => choiceLabel(facet, value)).join(', '))
    .filter((part) => part !== '')
    .join(' · ');
}

function choiceLabel(facet: Facet, value: string): string {
  return facet === 'status' ? statusWord({ status: value as Job['status'], cancelRequestedAt: null }) : value;
}
