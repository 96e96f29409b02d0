/** Points in time as people write them: ISO dates, and words such as `2 days ago`, `30d` or `yesterday`. */
import { parseDuration } from './amounts.ts';
import { localClocks, momentOf, readIso } from './isoTime.ts';
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

/** Parses a point in time, local if it has no zone. Null if it does not exist, such as 31 February. */
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

function parseIso(text: string): When | null {
  const time = readIso(text);
  if (time === null || time.year < 1970) return null;
  const at = momentOf(time, localClocks);
  if (at === null) return null;
  return time.isDay ? dayOf(at, 0) : { from: at, to: at };
}
