/** Points in time as people read them. */

/** A time to show: as short as a table wants it, in full, and for machines. */
export interface ShownTime {
  text: string;
  full: string;
  iso: string;
}

/** Shows times as of `now` (ms): the time of day, with the date when that is another one. */
export type ShowTime = (iso: string, now: number) => ShownTime;

/** Shows times in this region, by default the reader's own. Formats are costly to make: keep the result. */
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
