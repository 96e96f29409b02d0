/** Messages between the extension and the statistics page. Messages from a page are outside data and are validated. */
import type { ErrorBody } from './errors.ts';
import { readIso } from './isoTime.ts';
import type { PanelLink, ReadyMessage } from './panel.ts';
import type { Stats } from './stats.ts';

/** Numbers of days that the page can show. */
export const statsWindows = [7, 30, 90] as const;
export type StatsWindow = (typeof statsWindows)[number];
export const defaultStatsWindow: StatsWindow = 30;

/** The statuses of finished jobs. */
export const endStatuses = ['completed', 'failed', 'cancelled', 'lost'] as const;
export type EndStatus = (typeof endStatuses)[number];

/** Show this many days. */
export interface WindowMessage {
  type: 'window';
  days: StatsWindow;
}

/** Show in the tree the jobs of this type, with this status, that ended on this day. Null matches everything. */
export interface ShowJobsMessage {
  type: 'showJobs';
  jobType: string | null;
  status: EndStatus | null;
  /** In the time zone of the statistics: `2026-11-24`. */
  day: string | null;
}

/** Start the daemon, which is not running. */
export interface ConnectMessage {
  type: 'connect';
}

export type StatsPageMessage = ReadyMessage | WindowMessage | ShowJobsMessage | ConnectMessage;

/** Everything that the page shows. Replaces the previous message. */
export interface StatsMessage {
  type: 'stats';
  days: StatsWindow;
  /** The latest statistics of these days; null before the daemon's first reply. */
  stats: Stats | null;
  link: PanelLink;
  /** Why they could not be read although the daemon is connected. */
  problem: ErrorBody | null;
}

/** The state of the page that the editor keeps while it is hidden, and across restarts. */
export interface StatsPageState {
  days: StatsWindow;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && value.length === 10 && readIso(value)?.isDay === true;
}

/** The message with only the fields of its type; null if it is invalid. */
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

/** The kept state of the page. Invalid parts are ignored. */
export function readStatsPageState(value: unknown): StatsPageState {
  const { days } = fieldsOf(value);
  return { days: statsWindows.find((one) => one === days) ?? defaultStatsWindow };
}
