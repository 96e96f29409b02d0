/** The time axis that all bars share. Positions are in percent of its width. Pure. */
import { isActive, type WaterfallItem } from './item.ts';

export interface Axis {
  /** In milliseconds. */
  readonly start: number;
  readonly end: number;
  /** Times since the start, in milliseconds, with their positions. */
  readonly ticks: readonly { readonly ms: number; readonly x: number }[];
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Distances between ticks that people can count by. */
const distances = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * day),
];

/** Maximum number of ticks after the start. */
const maxTicks = 4;

/** The axis from the first time to the last, which is the present while something runs. Null if nothing has a time. */
export function axisOf(items: readonly WaterfallItem[]): Axis | null {
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const item of items) {
    const { createdAt, queuedAt, startedAt, endedAt, asOf } = item;
    for (const at of [createdAt, queuedAt, startedAt]) if (at !== null && at < start) start = at;
    // A waiting row alone doesn't make the axis longer once nothing runs, for example while its queue is paused.
    for (const at of [queuedAt, startedAt, endedAt, isActive(item) ? asOf : null])
      if (at !== null && at > end) end = at;
  }
  if (start === Number.POSITIVE_INFINITY) return null;
  end = Math.max(end, start + 1);
  return { start, end, ticks: ticksOf(end - start) };
}

/** The position of a time, limited to the axis. */
export function positionOf(at: number, { start, end }: Axis): number {
  return Math.min(100, Math.max(0, ((at - start) / (end - start)) * 100));
}

function ticksOf(length: number): Axis['ticks'] {
  const longest = distances.at(-1) ?? length;
  const distance =
    distances.find((one) => length / one <= maxTicks) ?? Math.ceil(length / maxTicks / longest) * longest;
  const count = Math.floor(length / distance);
  return Array.from({ length: count + 1 }, (_, index) => ({
    ms: index * distance,
    x: ((index * distance) / length) * 100,
  }));
}
