/** The intervals of a backfill. Pure. */
import { type Every, maxIntervals } from '../../shared/backfill.ts';
import { daysOf, momentOf, readIso, type WallTime } from '../../shared/isoTime.ts';
import { rangeProblem } from '../../shared/messages/backfillRanges.ts';
import { Zone } from '../zone.ts';
import { timesWithin } from './cron.ts';

/** From `start` up to, but not including, `end`, in milliseconds. */
export interface Span {
  start: number;
  end: number;
}

export interface RangeRequest {
  from: string;
  to: string;
  every: Every;
  /** The time zone of this machine by default. */
  timezone?: string | undefined;
}

export interface Range extends Span {
  zone: Zone;
  /** In chronological order. */
  intervals: Span[];
}

const exact: Record<string, number> = { m: 60_000, min: 60_000, h: 3_600_000 };

/**
 * Splits a range into intervals. Minutes and hours have a fixed length. Days, weeks, months and years follow the calendar
 * of the time zone, so a day may have 23 or 25 hours. The last interval ends with the range.
 * @throws JobdeckError INVALID_RANGE, INVALID_CRON
 */
export function rangeOf({ from, to, every, timezone }: RangeRequest): Range {
  const zone = new Zone(timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [start, end] = [timeOf('from', from, zone), timeOf('to', to, zone)];
  if (end <= start) {
    throw rangeProblem(end < start ? 'INVALID_RANGE/reversed' : 'INVALID_RANGE/empty', { from, to });
  }
  const starts =
    typeof every === 'string' ? calendarStarts(start, end, every, zone) : cronStarts(start, end, every.cron, zone);
  const intervals = starts.map((at, index) => ({ start: at, end: starts[index + 1] ?? end }));
  return { start, end, zone, intervals };
}

function timeOf(field: string, text: string, zone: Zone): number {
  const time = readIso(text);
  if (time === null) throw rangeProblem('INVALID_RANGE/time', { field, text });
  const at = momentOf(time, zone);
  if (at !== null) return at;
  throw rangeProblem('INVALID_RANGE/skippedTime', { text, timezone: zone.name });
}

function calendarStarts(start: number, end: number, every: string, zone: Zone): number[] {
  const [, amount = '1', unit = 'd'] = /^(\d+)([a-z]+)$/.exec(every) ?? [];
  const step = stepper(start, Number(amount), unit, zone);
  const count = countIntervals(end, step);
  if (count > maxIntervals) throw rangeProblem('INVALID_RANGE/tooMany', { intervals: count, limit: maxIntervals });
  return Array.from({ length: count }, (_, index) => step(index));
}

/** The start of the interval with an index. It counts from the first, so that a short month does not affect later ones. */
function stepper(start: number, amount: number, unit: string, zone: Zone): (index: number) => number {
  const ms = exact[unit];
  if (ms !== undefined) return (index) => start + index * amount * ms;
  const first = zone.wallAt(start);
  // The range may begin at the second occurrence of a local time, which `timeOf` would take for the first.
  return (index) => (index === 0 ? start : zone.timeOf(addTo(first, index * amount, unit)));
}

function addTo(wall: WallTime, amount: number, unit: string): WallTime {
  if (unit === 'd' || unit === 'w') return { ...wall, day: wall.day + amount * (unit === 'w' ? 7 : 1) };
  const months = wall.month - 1 + amount * (unit === 'y' ? 12 : 1);
  const [year, month] = [wall.year + Math.floor(months / 12), (((months % 12) + 12) % 12) + 1];
  return { ...wall, year, month, day: Math.min(wall.day, daysOf(year, month)) };
}

/** The number of intervals, without creating them: the first index whose start is not before `end`. */
function countIntervals(end: number, step: (index: number) => number): number {
  let above = 1;
  while (step(above) < end) above *= 2;
  let below = Math.floor(above / 2);
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (step(middle) < end) below = middle;
    else above = middle;
  }
  return above;
}

/** The start of the range, then each time at which a schedule with this expression is due in it. */
function cronStarts(start: number, end: number, expression: string, zone: Zone): number[] {
  const times = timesWithin(expression, zone.name, start, end, maxIntervals + 1);
  if (times.length === 0) throw rangeProblem('INVALID_RANGE/noCronTime', { cron: expression });
  const starts = times[0] === start ? times : [start, ...times];
  if (starts.length > maxIntervals) throw rangeProblem('INVALID_RANGE/tooManyCronTimes', { limit: maxIntervals });
  return starts;
}
