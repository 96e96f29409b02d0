/** Messages between the extension and the statistics page. What a page says is outside data: guard it. */
import type { ErrorBody } from './errors.ts';
import type { PanelLink, ReadyMessage } from './panel.ts';
import type { Stats } from './protocol.ts';

/** Days the page can look back. */
export const statsWindows = [7, 30, 90] as const;
export type StatsWindow = (typeof statsWindows)[number];
export const defaultStatsWindow: StatsWindow = 30;

/** How jobs end. */
export const endStatuses = ['completed', 'failed', 'cancelled', 'lost'] as const;
export type EndStatus = (typeof endStatuses)[number];

/** Look back this many days. */
export interface WindowMessage {
  type: 'window';
  days: StatsWindow;
}

/** Show the jobs of this type, of this status, that ended on this day, or all of that, in the tree. */
export interface ShowJobsMessage {
  type: 'showJobs';
  jobType: string | null;
  status: EndStatus | null;
  /** In UTC: `2026-11-24`. */
  day: string | null;
}

/** Start the daemon, which is not there. */
export interface ConnectMessage {
  type: 'connect';
}

export type StatsPageMessage = ReadyMessage | WindowMessage | ShowJobsMessage | ConnectMessage;

/** All the page shows; replaces what it had. */
export interface StatsMessage {
  type: 'stats';
  days: StatsWindow;
  /** What the daemon last told of these days; null before its first answer. */
  stats: Stats | null;
  link: PanelLink;
  /** Why they could not be read although the daemon is there. */
  problem: ErrorBody | null;
}

/** What the editor keeps of the page while it is hidden and over a restart. */
export interface StatsPageState {
  days: StatsWindow;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(value);
  // What is no day of the calendar is none, or read as another one.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** The message, with nothing in it but what its type says; null when it is none. */
export function readStatsPageMessage(value: unknown): StatsPageMessage | null {
  const { type, days, jobType = null, status = null, day = null } = fieldsOf(value);
  switch (type) {
    case 'ready':
    case 'connect':
      return { type };
    case 'window': {
      const known = statsWindows.find((one) => one === days);
      return known === undefined ? null : { type, days: known };
    }
    case 'showJobs': {
      const known = endStatuses.find((one) => one === status) ?? null;
      if (jobType !== null && (typeof jobType !== 'string' || jobType.length > 4096)) return null;
      if (day !== null && !isDay(day)) return null;
      if ((status !== null && known === null) || (jobType === null && known === null && day === null)) return null;
      return { type, jobType, status: known, day };
    }
    default:
      return null;
  }
}

/** The kept state of the page; what is wrong in it is as if it were not there. */
export function readStatsPageState(value: unknown): StatsPageState {
  const { days } = fieldsOf(value);
  return { days: statsWindows.find((one) => one === days) ?? defaultStatsWindow };
}
