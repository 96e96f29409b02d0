/** Points in time as people write them: ISO dates, and words such as `2 days ago`, `30d` or `yesterday`. */
import { parseDuration } from './amounts.ts';
import { texts } from './translate.ts';

/** A range of time (ms): for a day, from its start to the start of the next; for a moment, `from` equals `to`. */
export interface When {
  from: number;
  to: number;
}

/** The accepted forms, as the end of a sentence. */
export const whenForms = texts(
  'a date such as 2026-03-01, a time such as 2026-03-01T14:30 or 2026-03-01T14:30Z, “now”, “today”, “yesterday”, or how long ago, such as “30d” or “2 days ago” (s, min, h, d, w)',
);

/** Parses a point in time, local if it has no zone. Null if it is invalid, such as 31 February. */
export function parseWhen(text: string, now: number): When | null {
  const words = text.trim().toLowerCase();
  if (words === 'now') return { from: now, to: now };
  if (words === 'today') return dayOf(now, 0);
  if (words === 'yesterday') return dayOf(now, -1);
  return parseAgo(words, now) ?? parseIso(text.trim());
}

function parseAgo(words: string, now: number): When | null {
  const span = parseDuration(words.replace(/\s+ago$/, ''));
  // No job is older than 1970.
  return span === null ? null : { from: Math.max(0, now - span), to: Math.max(0, now - span) };
}

/** The local day `offset` days after that of `now`. Days with a change of the clocks are longer or shorter. */
function dayOf(now: number, offset: number): When {
  const date = new Date(now);
  const start = (days: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
  return { from: start(offset), to: start(offset + 1) };
}

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

function parseIso(text: string): When | null {
  const found = iso.exec(text);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const calendar = new Date(Date.UTC(year, month - 1, day));
  if (year < 1970 || calendar.getUTCMonth() !== month - 1 || calendar.getUTCDate() !== day) return null;
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  if (found[4] === undefined) return dayOf(new Date(year, month - 1, day).getTime(), 0);
  const ms = Number((found[7] ?? '').padEnd(3, '0'));
  const offset = zoneOffset(found[8]);
  const at =
    offset === null
      ? new Date(year, month - 1, day, hours, minutes, seconds, ms).getTime()
      : Date.UTC(year, month - 1, day, hours, minutes, seconds, ms) - offset;
  return { from: at, to: at };
}

/** Milliseconds east of UTC; null for local time. */
function zoneOffset(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  if (/^z$/i.test(zone)) return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
