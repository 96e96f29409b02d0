/**
 * Time ranges as people read them: `Nov 20 – 22, 2026`, and not up to midnight of the day after. Pure, but the time zone and
 * the language are those of the process or page unless given.
 */

/** From `start` up to, but not including, `end`: ISO 8601 or milliseconds. */
export interface DateRange {
  readonly start: string | number;
  readonly end: string | number;
}

export interface DateRangeOptions {
  /** The local one by default. */
  readonly timeZone?: string | undefined;
  /** English with 24 hours by default. */
  readonly language?: string | undefined;
}

export interface DateRangeFormat {
  /** `Nov 20, 2026`, `Nov 20 – 22, 2026`, `Nov 2026`, or with times `Nov 20, 2026, 14:00 – 16:00`. */
  text(range: DateRange): string;
  /** The start alone, unless the range consists of whole days: `Nov 20, 2026, 14:00`. */
  name(range: DateRange): string;
  /** Number of days, if the range consists of whole ones; else null. */
  days(range: DateRange): number | null;
}

/** Creating it is expensive, so keep it. */
export function dateRangeFormat({ timeZone, language }: DateRangeOptions = {}): DateRangeFormat {
  const format = (parts: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language ?? 'en', { ...(timeZone === undefined ? {} : { timeZone }), ...parts });
  const parts = format({ ...gregorian, year: 'numeric', month: 'numeric', day: 'numeric' });
  const year = format({ year: 'numeric' });
  const month = format({ year: 'numeric', month: 'short' });
  const day = format({ year: 'numeric', month: 'short', day: 'numeric' });
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  if (language === undefined) clock.hourCycle = 'h23';
  const time = format({ year: 'numeric', month: 'short', day: 'numeric', ...clock });

  const dayOf = (at: number): Day => {
    const values = new Map(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return { year: values.get('year') ?? 0, month: values.get('month') ?? 0, day: values.get('day') ?? 0 };
  };
  /** Where clocks are set forward at midnight, the first moment of a day is not 00:00. */
  const startsDay = (at: number) => numberOf(dayOf(at)) !== numberOf(dayOf(at - 1));
  const isWhole = ({ start, end }: Moments) => end > start && startsDay(start) && startsDay(end);
  /** The coarsest unit of which the days are whole ones. */
  const unitOf = ({ start, end }: Moments) => {
    const [first, after] = [dayOf(start), dayOf(end)];
    if (first.day !== 1 || after.day !== 1) return day;
    return first.month === 1 && after.month === 1 ? year : month;
  };
  const text = (range: DateRange) => {
    const moments = momentsOf(range);
    const { start, end } = moments;
    return plain(isWhole(moments) ? unitOf(moments).formatRange(start, end - 1) : time.formatRange(start, end));
  };
  return {
    text,
    name: (range) => (isWhole(momentsOf(range)) ? text(range) : plain(time.format(momentsOf(range).start))),
    days: (range) => {
      const moments = momentsOf(range);
      return isWhole(moments) ? numberOf(dayOf(moments.end)) - numberOf(dayOf(moments.start)) : null;
    },
  };
}

interface Moments {
  readonly start: number;
  readonly end: number;
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const gregorian = { calendar: 'gregory', numberingSystem: 'latn' } as const;

function momentsOf({ start, end }: DateRange): Moments {
  const ms = (at: string | number) => (typeof at === 'number' ? at : Date.parse(at));
  return { start: ms(start), end: ms(end) };
}

/** Days since 1970. */
function numberOf({ year, month, day }: Day): number {
  return Math.round(Date.UTC(year, month - 1, day) / 86_400_000);
}

/** With ordinary spaces, which terminals and searches know. */
function plain(text: string): string {
  return text.replace(/[\u2009\u202f\u00a0]/g, ' ');
}
