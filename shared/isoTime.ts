/** ISO 8601 dates and times. The only parser of dates: a date or a time of day that does not exist is not accepted. */

/** A local date and time; months count from 1. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
}

export interface IsoTime extends WallTime {
  /** Milliseconds that its zone is ahead of UTC; null for local time. */
  offsetMs: number | null;
  /** A date without a time of day. */
  isDay: boolean;
}

/** The clocks of a time zone. A skipped local time is moved forward by the length of the gap. */
export interface Clocks {
  timeOf(wall: WallTime): number;
  wallAt(at: number): WallTime;
}

const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?(?:(Z)|([+-])(\d\d):?(\d\d))?)?$/i;

/** Parses a date, optionally with a time of day and an offset from UTC; null if it is not valid, such as 31 February. */
export function readIso(text: string): IsoTime | null {
  const parts = iso.exec(text.trim());
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as WallNumbers;
  const [offsetHours, offsetMinutes] = [Number(parts[10] ?? 0), Number(parts[11] ?? 0)];
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  if (!isDate || hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return null;
  const offset = (parts[9] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
  return {
    ...{ year, month, day, hour, minute, second },
    ms: Number((parts[7] ?? '').padEnd(3, '0')),
    offsetMs: parts[8] === undefined && parts[9] === undefined ? null : offset,
    isDay: parts[4] === undefined,
  };
}

type WallNumbers = [number, number, number, number, number, number];

/** Milliseconds of an ISO 8601 time with an offset from UTC or `Z`; null if it is not valid. */
export function readInstant(text: string): number | null {
  const time = readIso(text);
  return time === null || time.offsetMs === null ? null : utcOf(time) - time.offsetMs;
}

/**
 * Milliseconds of a time. A day means its first moment. Null for a local time that does not exist because the clocks are
 * set forward, and for a day that the zone skipped.
 */
export function momentOf(time: IsoTime, clocks: Clocks): number | null {
  if (time.offsetMs !== null) return utcOf(time) - time.offsetMs;
  const at = clocks.timeOf(time);
  const wall = clocks.wallAt(at);
  const isSame = (field: keyof WallTime) => wall[field] === time[field];
  if (!isSame('year') || !isSame('month') || !isSame('day')) return null;
  return time.isDay || (isSame('hour') && isSame('minute')) ? at : null;
}

/** The clocks of this machine. */
export const localClocks: Clocks = {
  timeOf({ year, month, day, hour, minute, second, ms }) {
    const at = new Date(2000, 0, 1);
    // Unlike the constructor, these accept years before 100.
    at.setFullYear(year, month - 1, day);
    at.setHours(hour, minute, second, ms);
    return at.getTime();
  },
  wallAt(at) {
    const date = new Date(at);
    return {
      year: date.getFullYear(),
      month: date.getMonth() + 1,
      day: date.getDate(),
      hour: date.getHours(),
      minute: date.getMinutes(),
      second: date.getSeconds(),
      ms: date.getMilliseconds(),
    };
  },
};

/** Whether a text is a valid time that the clocks of this machine skip. */
export function isSkipped(text: string): boolean {
  const time = readIso(text);
  return time !== null && momentOf(time, localClocks) === null;
}

/** The moment of a local time read as UTC. Days and months beyond the end overflow into the next month or year. */
export function utcOf({ year, month, day, hour, minute, second, ms }: WallTime): number {
  const at = new Date(0);
  // Unlike Date.UTC, these accept years before 100.
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute, second, ms);
  return at.getTime();
}

/** The number of days in a month; months count from 1. */
export function daysOf(year: number, month: number): number {
  return new Date(utcOf({ year, month: month + 1, day: 0, hour: 0, minute: 0, second: 0, ms: 0 })).getUTCDate();
}
