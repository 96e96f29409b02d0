/** The contents of the statistics page as plain data, independent of markup. */
import { formatDuration, formatShare } from '../../shared/format.ts';
import { hintText, messageText } from '../../shared/messages/render.ts';
import type { PanelLink } from '../../shared/panel.ts';
import type { Stats } from '../../shared/stats.ts';
import {
  type EndStatus,
  endStatuses,
  type StatsMessage,
  type StatsWindow,
  statsWindows,
} from '../../shared/statsPanel.ts';
import { fill } from '../strings.ts';
import { t } from '../texts.ts';
import { type Day, type DayChart, fillDays, layOutDays } from './dayChart.ts';
import { statsStrings as strings } from './strings.ts';

/** Height of the bars, in pixels. */
export const chartHeight = 160;
/** Maximum number of types in the table of durations, and in the short lists. */
const maxTypes = 15;
const maxListed = 5;

export interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

export interface TypeRow {
  readonly type: string;
  readonly jobs: string;
  readonly success: string;
  readonly p50: string;
  readonly p95: string;
  /** Lengths of the bars, in percent; null if none of the jobs ran. */
  readonly p50Share: number | null;
  readonly p95Share: number | null;
}

export interface ListedType {
  readonly type: string;
  readonly note: string;
}

/** A row of the table with the chart's numbers. */
export interface DayRow {
  readonly day: string;
  readonly label: string;
  readonly counts: Readonly<Record<EndStatus, number>>;
  readonly time: string;
}

export interface StatsBanner {
  readonly tone: 'info' | 'error';
  readonly text: string;
  readonly hint: string | null;
  readonly canStart: boolean;
}

/** The numbers of the period, if any jobs finished. */
export interface FiguresView {
  readonly tiles: readonly Tile[];
  readonly chart: DayChart;
  /** Statuses that occur, with their numbers of jobs. */
  readonly legend: readonly { readonly status: EndStatus; readonly count: string }[];
  readonly days: readonly DayRow[];
  readonly types: readonly TypeRow[];
  readonly moreTypes: number;
  readonly slowest: readonly ListedType[];
  readonly failing: readonly ListedType[];
}

export interface StatsView {
  readonly windows: readonly { readonly days: StatsWindow; readonly label: string; readonly selected: boolean }[];
  readonly banner: StatsBanner | null;
  /** Null until the first statistics are received. */
  readonly range: string | null;
  readonly announcement: string;
  /** Null if no jobs finished in this period, and until the first statistics are received. */
  readonly figures: FiguresView | null;
}

/** Formats days, numbers and times in the reader's language. */
export interface Formats {
  /** A day such as `2026-11-24`. */
  day(day: string): string;
  shortDay(day: string): string;
  number(value: number): string;
  moment(iso: string): string;
}

export function formatsFor(locale?: string): Formats {
  const utc = { timeZone: 'UTC' } as const;
  const day = new Intl.DateTimeFormat(locale, {
    ...utc,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const shortDay = new Intl.DateTimeFormat(locale, { ...utc, day: 'numeric', month: 'short' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return {
    day: (iso) => day.format(new Date(iso)),
    shortDay: (iso) => shortDay.format(new Date(iso)),
    number: (value) => number.format(value),
    moment: (iso) => moment.format(new Date(iso)),
  };
}

/** The contents of the page for the latest message of the extension. */
export function statsViewOf({ days, stats, link, problem }: StatsMessage, formats: Formats): StatsView {
  const ended = stats === null ? '' : jobsText(stats.jobs, formats);
  const problemBanner: StatsBanner | null =
    problem === null
      ? null
      : {
          tone: 'error',
          text: `${strings.notRead} ${messageText(problem, t)}`,
          hint: hintText(problem, t),
          canStart: false,
        };
  return {
    windows: statsWindows.map((one) => ({ days: one, label: fill(strings.lastDays, one), selected: one === days })),
    banner: linkBanner(link, formats) ?? problemBanner,
    range: stats === null ? null : fill(strings.range, formats.day(stats.firstDay), formats.day(stats.lastDay)),
    announcement: stats === null ? '' : fill(strings.announcement, lengthOf(stats), ended),
    figures: stats === null || stats.jobs === 0 ? null : figuresOf(stats, formats),
  };
}

function figuresOf(stats: Stats, formats: Formats): FiguresView {
  const known = stats.days.map(
    ({ day, completed, failed, cancelled, lost }): Day => ({
      day,
      counts: { completed, failed, cancelled, lost },
    }),
  );
  const longest = Math.max(1, ...stats.types.slice(0, maxTypes).map(({ p95Ms }) => p95Ms ?? 0));
  const failures = (one: Pick<Stats, 'failed' | 'lost'>) => one.failed + one.lost;
  return {
    tiles: tilesOf(stats, formats),
    chart: layOutDays(fillDays(known, stats.firstDay, stats.lastDay), chartHeight),
    legend: endStatuses
      .filter((status) => stats[status] > 0)
      .map((status) => ({ status, count: formats.number(stats[status]) })),
    days: stats.days
      .map(({ day, totalMs }, index) => ({
        day,
        label: formats.day(day),
        counts: known[index]?.counts ?? { completed: 0, failed: 0, cancelled: 0, lost: 0 },
        time: formatDuration(totalMs, t),
      }))
      .reverse(),
    types: stats.types.slice(0, maxTypes).map(({ type, jobs, successRate, p50Ms, p95Ms }) => ({
      type,
      jobs: formats.number(jobs),
      success: successRate === null ? strings.noValue : formatShare(successRate, t),
      p50: durationText(p50Ms),
      p95: durationText(p95Ms),
      p50Share: p50Ms === null ? null : (p50Ms / longest) * 100,
      p95Share: p95Ms === null ? null : (p95Ms / longest) * 100,
    })),
    moreTypes: Math.max(0, stats.types.length - maxTypes),
    slowest: stats.types
      .filter(({ p95Ms }) => p95Ms !== null)
      .sort((a, b) => (b.p95Ms ?? 0) - (a.p95Ms ?? 0))
      .slice(0, maxListed)
      .map(({ type, p95Ms }) => ({ type, note: fill(strings.slowestNote, durationText(p95Ms)) })),
    failing: stats.types
      .filter((one) => failures(one) > 0)
      .sort((a, b) => failures(b) - failures(a))
      .slice(0, maxListed)
      .map((one) => ({
        type: one.type,
        note: fill(strings.failingNote, formats.number(failures(one)), formats.number(one.jobs)),
      })),
  };
}

function tilesOf(stats: Stats, formats: Formats): Tile[] {
  const { jobs, active, successRate, failed, lost, totalMs, p50Ms, p95Ms, recordedDays } = stats;
  const busiest = stats.days.reduce<Stats['days'][number] | null>(
    (most, day) => (most !== null && most.jobs >= day.jobs ? most : day),
    null,
  );
  return [
    {
      label: strings.ended,
      value: formats.number(jobs),
      note: fill(strings.active, formats.number(active.running), formats.number(active.waiting + active.pending)),
    },
    {
      label: strings.successRate,
      value: successRate === null ? strings.noValue : formatShare(successRate, t),
      note: fill(strings.successOf, formats.number(failed + lost)),
    },
    {
      label: strings.throughput,
      value: fill(strings.perDay, formats.number(jobs / recordedDays)),
      note: busiest === null ? '' : fill(strings.busiest, formats.number(busiest.jobs), formats.shortDay(busiest.day)),
    },
    {
      label: strings.processing,
      value: formatDuration(totalMs, t),
      note: fill(strings.perDay, formatDuration(totalMs / recordedDays, t)),
    },
    {
      label: strings.typical,
      value: durationText(p50Ms),
      note: p95Ms === null ? '' : fill(strings.p95, formatDuration(p95Ms, t)),
    },
  ];
}

function linkBanner({ state, since, error }: PanelLink, formats: Formats): StatsBanner | null {
  const at = since === null ? null : formats.moment(since);
  const message = error === null ? null : messageText(error, t);
  switch (state) {
    case 'live':
      return null;
    case 'connecting': {
      const text = at === null ? strings.connecting : fill(strings.reconnecting, at);
      return { tone: 'info', text, hint: message, canStart: false };
    }
    case 'offline': {
      const text = at === null ? strings.offline : fill(strings.offlineSince, at);
      return { tone: 'info', text, hint: null, canStart: true };
    }
    case 'failed':
      return {
        tone: 'error',
        text: message ?? strings.unreachable,
        hint: error === null ? null : hintText(error, t),
        canStart: true,
      };
  }
}

function durationText(ms: number | null): string {
  return ms === null ? strings.noValue : formatDuration(ms, t);
}

function jobsText(jobs: number, formats: Formats): string {
  return jobs === 1 ? strings.oneJob : fill(strings.jobs, formats.number(jobs));
}

/** Number of days in the period. */
function lengthOf({ firstDay, lastDay }: Stats): number {
  return Math.round((Date.parse(lastDay) - Date.parse(firstDay)) / 86_400_000) + 1;
}
