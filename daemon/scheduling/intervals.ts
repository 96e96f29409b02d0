/** The intervals of a backfill. Pure. */
import { Cron } from 'croner';
import { type Every, maxIntervals } from '../../shared/backfill.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { daysOf, parseIso, type WallTime, Zone } from './zone.ts';

/** From `start`, up to but not at `end`; milliseconds. */
export interface Span {
  start: number;
  end: number;
}

export interface RangeRequest {
  from: string;
  to: string;
  every: Every;
  /** The zone of this machine unless given. */
  timezone?: string | undefined;
}

export interface Range extends Span {
  zone: Zone;
  /** In the order of time. */
  intervals: Span[];
}

const exact: Record<string, number> = { m: 60_000, min: 60_000, h: 3_600_000 };

/**
 * The range in intervals. Minutes and hours are always as long as they are; days, weeks, months and years go by the
 * calendar of the time zone, so that a day may have 23 or 25 hours. The last interval ends with the range.
 * @throws JobdeckError INVALID_RANGE, INVALID_CRON
 */
export function rangeOf({ from, to, every, timezone }: RangeRequest): Range {
  const zone = new Zone(timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [start, end] = [timeOf('from', from, zone), timeOf('to', to, zone)];
  if (end <= start) {
    const [what, hint] =
      end < start ? ['ends before it begins', 'Swap the two.'] : ['is empty', '“to” is not included.'];
    throw new JobdeckError('INVALID_RANGE', `The range from ${from} to ${to} ${what}.`, hint);
  }
  const starts =
    typeof every === 'string' ? calendarStarts(start, end, every, zone) : cronStarts(start, end, every.cron, zone);
  const intervals = starts.map((at, index) => ({ start: at, end: starts[index + 1] ?? end }));
  return { start, end, zone, intervals };
}

function timeOf(name: string, text: string, zone: Zone): number {
  const at = parseIso(text, zone);
  if (at !== null) return at;
  throw new JobdeckError(
    'INVALID_RANGE',
    `“${name}” is no time: "${text}".`,
    'Use a day such as 2026-03-01, or a time such as 2026-03-01T14:00 or 2026-03-01T14:00Z.',
  );
}

function calendarStarts(start: number, end: number, every: string, zone: Zone): number[] {
  const [, amount = '1', unit = 'd'] = /^(\d+)([a-z]+)$/.exec(every) ?? [];
  const step = stepper(start, Number(amount), unit, zone);
  const count = firstBeyond(end, step);
  if (count > maxIntervals) throw tooMany(count.toLocaleString('en-US'));
  return Array.from({ length: count }, (_, index) => step(index));
}

/** The start of the interval of an index. Counted from the first, so that a month that is too short shortens no other. */
function stepper(start: number, amount: number, unit: string, zone: Zone): (index: number) => number {
  const ms = exact[unit];
  if (ms !== undefined) return (index) => start + index * amount * ms;
  const first = zone.wallAt(start);
  // What the zone shows of a time that comes twice is the first of the two.
  return (index) => (index === 0 ? start : zone.timeOf(added(first, index * amount, unit)));
}

function added(wall: WallTime, amount: number, unit: string): WallTime {
  if (unit === 'd' || unit === 'w') return { ...wall, day: wall.day + amount * (unit === 'w' ? 7 : 1) };
  const months = wall.month - 1 + amount * (unit === 'y' ? 12 : 1);
  const [year, month] = [wall.year + Math.floor(months / 12), (((months % 12) + 12) % 12) + 1];
  return { ...wall, year, month, day: Math.min(wall.day, daysOf(year, month)) };
}

/** The first index whose start is not before `end`: how many intervals there are, without making them. */
function firstBeyond(end: number, step: (index: number) => number): number {
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

/** The beginning of the range, then each run of the expression in it. */
function cronStarts(start: number, end: number, expression: string, zone: Zone): number[] {
  const cron = parseCron(expression, zone);
  const starts = [start];
  for (let at = nextRun(cron, start); at !== null && at < end; at = nextRun(cron, at)) {
    starts.push(at);
    if (starts.length > maxIntervals) throw tooMany(`more than ${maxIntervals.toLocaleString('en-US')}`);
  }
  const runsAtStart = nextRun(cron, start - 1000) === start;
  if (starts.length > 1 || runsAtStart) return starts;
  throw new JobdeckError(
    'INVALID_RANGE',
    `The cron expression ${expression} has no time in the range.`,
    'Choose another expression, or a longer range.',
  );
}

function parseCron(expression: string, zone: Zone): Cron {
  try {
    return new Cron(expression, { timezone: zone.name, paused: true });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    const hint = 'Use five fields (minute hour day month weekday), such as 0 6 * * 1-5.';
    throw new JobdeckError('INVALID_CRON', `${expression} is no cron expression: ${why}`, hint);
  }
}

const nextRun = (cron: Cron, after: number) => cron.nextRun(new Date(after))?.getTime() ?? null;

function tooMany(count: string): JobdeckError {
  return new JobdeckError(
    'INVALID_RANGE',
    `The range has ${count} intervals; a backfill has ${maxIntervals.toLocaleString('en-US')} at most.`,
    'Choose a shorter range, or longer intervals.',
  );
}
