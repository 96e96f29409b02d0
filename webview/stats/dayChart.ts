/** Layout of the chart “Jobs per Day”: horizontal values in percent of its width, vertical ones in pixels. */
import { type EndStatus, endStatuses } from '../../shared/statsPanel.ts';

export interface Day {
  /** `2026-11-24` */
  readonly day: string;
  readonly counts: Readonly<Record<EndStatus, number>>;
}

export interface Bar {
  readonly day: string;
  readonly status: EndStatus;
  readonly count: number;
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
}

export interface Tick {
  readonly value: number;
  readonly y: number;
}

export interface DayLabel {
  readonly day: string;
  readonly x: number;
}

export interface DayChart {
  readonly bars: readonly Bar[];
  readonly ticks: readonly Tick[];
  readonly labels: readonly DayLabel[];
}

/** Width of a bar as a share of the day's width. */
const barShare = 0.8;
/** Minimum height of a bar that can be seen and clicked. */
const minHeight = 2;
/** Number of labels that fit below the narrowest chart. */
const maxLabels = 6;

/** Stacks each day's jobs by status, starting with completed at the bottom. `height`: height of the highest possible bar. */
export function layOutDays(days: readonly Day[], height: number): DayChart {
  const most = Math.max(0, ...days.map(({ counts }) => total(counts)));
  const ticks = niceTicks(most);
  const top = ticks.at(-1) ?? 1;
  const room = days.length === 0 ? 0 : 100 / days.length;
  const bars = days.flatMap(({ day, counts }, index) => {
    let bottom = height;
    return endStatuses.flatMap((status): Bar[] => {
      const count = counts[status];
      if (count === 0) return [];
      const tall = Math.max(minHeight, (count / top) * height);
      bottom -= tall;
      const x = room * (index + (1 - barShare) / 2);
      return [{ day, status, count, x, width: room * barShare, y: Math.max(0, bottom), height: tall }];
    });
  });
  const step = Math.max(1, Math.ceil(days.length / maxLabels));
  return {
    bars,
    ticks: ticks.map((value) => ({ value, y: height - (value / top) * height })),
    // Counted from the end, so that the latest day has a label.
    labels: days
      .map(({ day }, index) => ({ day, x: room * (index + 0.5) }))
      .filter((_, index) => (days.length - 1 - index) % step === 0),
  };
}

/**
 * The bar that a key moves to: left and right to the next day with bars, to the same or the nearest status; up and down
 * within the day; Home and End to the first and last day. Null if the key isn't for navigation.
 */
export function stepInChart(bars: readonly Bar[], index: number, key: string): number | null {
  const from = bars[index];
  if (from === undefined) return null;
  switch (key) {
    case 'ArrowUp':
      return bars[index + 1]?.day === from.day ? index + 1 : index;
    case 'ArrowDown':
      return bars[index - 1]?.day === from.day ? index - 1 : index;
    case 'ArrowLeft': {
      const day = bars[bars.findIndex((bar) => bar.day === from.day) - 1]?.day;
      return day === undefined ? index : nearest(bars, day, from.status);
    }
    case 'ArrowRight': {
      const day = bars[bars.findLastIndex((bar) => bar.day === from.day) + 1]?.day;
      return day === undefined ? index : nearest(bars, day, from.status);
    }
    case 'Home':
      return nearest(bars, bars[0]?.day ?? from.day, from.status);
    case 'End':
      return nearest(bars, bars.at(-1)?.day ?? from.day, from.status);
    default:
      return null;
  }
}

/** The bar of a day with this status, or with the nearest status in the stack. */
function nearest(bars: readonly Bar[], day: string, status: EndStatus): number {
  const away = (bar: Bar) => Math.abs(endStatuses.indexOf(bar.status) - endStatuses.indexOf(status));
  return bars.reduce((best, bar, index) => {
    if (bar.day !== day) return best;
    const known = bars[best];
    return known?.day === day && away(known) <= away(bar) ? best : index;
  }, -1);
}

/** At most five whole numbers from 0 to at least `most`, in steps of 1, 2 or 5 times a power of 10. */
export function niceTicks(most: number): number[] {
  const rough = Math.max(1, most / 4);
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((one) => one * size).find((one) => one >= rough) ?? size * 10);
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** All days from `first` to `last`, such as `2026-11-24`. Days that are missing in `days` have no jobs. */
export function fillDays(days: readonly Day[], first: string, last: string): Day[] {
  const known = new Map(days.map((day) => [day.day, day]));
  const none = { completed: 0, failed: 0, cancelled: 0, lost: 0 };
  // Dates alone are in UTC, where all days have 24 hours.
  const length = Math.round((Date.parse(last) - Date.parse(first)) / dayMs) + 1;
  return Array.from({ length }, (_, index) => {
    const day = new Date(Date.parse(first) + index * dayMs).toISOString().slice(0, 10);
    return known.get(day) ?? { day, counts: none };
  });
}

const dayMs = 86_400_000;

function total(counts: Day['counts']): number {
  return endStatuses.reduce((sum, status) => sum + counts[status], 0);
}
