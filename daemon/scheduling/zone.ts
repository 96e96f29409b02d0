/** Converts between local times of a time zone and milliseconds. Pure. */
import { rangeProblem } from '../../shared/messages/backfillRanges.ts';

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

/** A time zone from the IANA database. */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  /** @throws JobdeckError INVALID_RANGE if the time zone is unknown */
  constructor(name: string) {
    this.name = name;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        calendar: 'gregory',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      throw rangeProblem('INVALID_RANGE/timeZone', { timezone: name });
    }
  }

  /** The local time at a moment. */
  wallAt(at: number): WallTime {
    const parts = new Map(this.#format.formatToParts(at).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
    const ms = ((at % 1000) + 1000) % 1000;
    return {
      year,
      month: part('month'),
      day: part('day'),
      hour: part('hour'),
      minute: part('minute'),
      second: part('second'),
      ms,
    };
  }

  /**
   * The moment of a local time. A time that occurs twice, when clocks are set back, means the first occurrence. A time
   * that is skipped, when clocks are set forward, is moved forward by the length of the gap. This is what Temporal calls
   * `compatible`.
   */
  timeOf(wall: WallTime): number {
    const asUtc = utcOf(wall);
    // The offsets one day earlier and later are those before and after any change.
    const before = this.#offsetAt(asUtc - 86_400_000);
    const after = this.#offsetAt(asUtc + 86_400_000);
    const fits = [before, after].map((offset) => asUtc - offset).filter((at) => utcOf(this.wallAt(at)) === asUtc);
    return fits.length > 0 ? Math.min(...fits) : asUtc - before;
  }

  /** Milliseconds that the zone is ahead of UTC. */
  #offsetAt(at: number): number {
    return utcOf(this.wallAt(at)) - at;
  }
}

/** The moment of a local time read as UTC. Days and months beyond the end overflow into the next month or year. */
function utcOf({ year, month, day, hour, minute, second, ms }: WallTime): number {
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

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?)?(Z|[+-]\d\d:?\d\d)?$/i;

/** Milliseconds of an ISO 8601 time; without an offset it is local to the zone. Null if it is not a valid time. */
export function parseIso(text: string, zone: Zone): number | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] =
    iso.exec(text.trim()) ?? [];
  const wall = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ms: Number(fraction.padEnd(3, '0')),
  };
  const isDay = wall.month >= 1 && wall.month <= 12 && wall.day >= 1 && wall.day <= daysOf(wall.year, wall.month);
  if (!isDay || wall.hour > 23 || wall.minute > 59 || wall.second > 59) return null;
  if (offset === undefined) return zone.timeOf(wall);
  return utcOf(wall) - offsetOf(offset);
}

function offsetOf(text: string): number {
  if (text.toUpperCase() === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
