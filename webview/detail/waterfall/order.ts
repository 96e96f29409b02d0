/** The order of the rows. Pure, except for the order that is held. */
import { type RowStatus, ranFor, type WaterfallItem } from './item.ts';

export const columns = ['name', 'status', 'progress', 'duration', 'start', 'error'] as const;
export type Column = (typeof columns)[number];

/** Null is the original order: that in which jobs were created, or steps declared. */
export type Sort = { readonly column: Column; readonly order: 'ascending' | 'descending' } | null;

/** What needs attention comes first. */
const ranks: readonly RowStatus[] = [
  'failed',
  'lost',
  'cancelling',
  'running',
  'paused',
  'waiting',
  'pending',
  'cancelled',
  'completed',
  'skipped',
];

/** The sort after a click on a column: ascending, descending, then the original order. */
export function nextSort(sort: Sort, column: Column): Sort {
  if (sort?.column !== column) return { column, order: 'ascending' };
  return sort.order === 'ascending' ? { column, order: 'descending' } : null;
}

/** The rows in this order. Rows without a value come last, and equal ones keep their order. */
export function sorted(items: readonly WaterfallItem[], sort: Sort): readonly WaterfallItem[] {
  if (sort === null) return items;
  const sign = sort.order === 'ascending' ? 1 : -1;
  const keyed = items.map((item) => ({ item, value: keyOf(item, sort.column) }));
  keyed.sort(({ value: a }, { value: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (typeof a === 'string' && typeof b === 'string' ? collator.compare(a, b) : Number(a) - Number(b));
  });
  return keyed.map(({ item }) => item);
}

/** With numbers in their order: “shard 2” comes before “shard 12”. */
const collator = new Intl.Collator(undefined, { numeric: true });

function keyOf(item: WaterfallItem, column: Column): string | number | null {
  switch (column) {
    case 'name':
      return item.name;
    case 'status':
      return ranks.indexOf(item.status);
    case 'progress':
      return item.share;
    case 'duration':
      return ranFor(item);
    case 'start':
      return item.startedAt;
    case 'error':
      return item.error;
  }
}

/** Keeps rows where they are while the reader points at them. */
export class HeldOrder {
  #ids: readonly string[] = [];

  /**
   * The rows to show: `wanted`, in its order. While `held`, rows stay that were shown before, also those that no longer
   * match the filter, and others follow at the end.
   */
  of(all: readonly WaterfallItem[], wanted: readonly WaterfallItem[], held: boolean): readonly WaterfallItem[] {
    let shown = wanted;
    if (held) {
      const byId = new Map(all.map((item) => [item.id, item]));
      const before = new Set(this.#ids);
      const kept = this.#ids.flatMap((id) => byId.get(id) ?? []);
      shown = [...kept, ...wanted.filter(({ id }) => !before.has(id))];
    }
    this.#ids = shown.map(({ id }) => id);
    return shown;
  }
}
