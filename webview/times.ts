/** Formats points in time. */

/** A time as short text for tables, in full, and in ISO 8601. */
export interface ShownTime {
  text: string;
  full: string;
  iso: string;
}

/** Formats a time as of `now` (ms): the time of day, with the date if that isn't today. */
export type ShowTime = (iso: string, now: number) => ShownTime;

/** A formatter for a locale and time zone, by default the reader's. Creating it is expensive, so keep it. */
export function timesFor({ locale, timeZone }: { locale?: string; timeZone?: string } = {}): ShowTime {
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long', timeZone });
  return (iso, now) => {
    const at = new Date(iso);
    const date = day.format(at);
    const text = date === day.format(now) ? time.format(at) : `${date}, ${time.format(at)}`;
    return { text, full: full.format(at), iso };
  };
}
