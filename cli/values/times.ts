/** Times as people write them on the command line. Words such as `last monday` become ISO 8601, which is all the daemon reads. */
import type { Component, ParsedComponents } from 'chrono-node';
import { isSkipped, localClocks, momentOf, readIso } from '../../shared/isoTime.ts';
import { listProblem } from '../../shared/messages/lists.ts';
import { parseWhen, whenForms } from '../../shared/when.ts';
import { cliError, usageError } from '../problems.ts';

const clock = /^(?:(today|tomorrow) +)?(\d{1,2}):(\d\d)$/i;

export function isNow(text: string): boolean {
  return text.trim().toLowerCase() === 'now';
}

/**
 * Milliseconds of an ISO 8601 time, `7:30` (the next one) or `tomorrow 7:30`; null if it is not a time, or one that does
 * not exist. Without a zone it is in the local time zone.
 */
export function parseTime(text: string, now: number): number | null {
  const words = text.trim();
  const time = readIso(words);
  if (time !== null) return momentOf(time, localClocks);
  const [, day, hour, minute] = clock.exec(words) ?? [];
  if (hour === undefined || minute === undefined || Number(hour) > 23 || Number(minute) > 59) return null;
  const at = new Date(now);
  const set = () => at.setHours(Number(hour), Number(minute), 0, 0);
  set();
  if (day?.toLowerCase() === 'tomorrow' || (day === undefined && at.getTime() <= now)) {
    at.setDate(at.getDate() + 1);
    // Today, the clocks may skip that time.
    set();
  }
  return at.getHours() === Number(hour) && at.getMinutes() === Number(minute) ? at.getTime() : null;
}

/** Words for a time span from now mean a moment. Other words without a time of day mean a whole day. */
const spans = /^in\b|\b(ago|from now|later|earlier)$/i;
const partsOfDay = /\b(morning|noon|afternoon|evening|night|tonight|midnight)\b/i;

/**
 * The start time of a job in a form that `parseTime` reads; a day in words means its beginning.
 * @throws UsageError if it is not a time
 */
export async function startTimeOf(text: string, now: number): Promise<string> {
  if (isNow(text) || parseTime(text, now) !== null) return text;
  const found = await read(text, now, 1);
  if (found !== null) return found;
  if (isSkippedTime(text)) throw usageError('INVALID_REQUEST/skippedTime', { text });
  throw usageError('INVALID_REQUEST/startTime', { text });
}

/**
 * The time of a filter in a form that the daemon reads. `option` is its name in error messages, such as `--since`.
 * @throws JobdeckError if it is not a time
 */
export async function filterTimeOf(option: string, text: string | undefined, now: number): Promise<string | undefined> {
  if (text === undefined || parseWhen(text, now) !== null) return text;
  const found = await read(text, now, -1);
  if (found !== null) return found;
  if (isSkipped(text)) throw listProblem('INVALID_REQUEST/skippedTime', { text });
  throw cliError('INVALID_REQUEST/filterTime', { option, text, forms: whenForms });
}

/** Whether it is a valid time of day that the clocks skip. */
function isSkippedTime(text: string): boolean {
  const [, , hour, minute] = clock.exec(text.trim()) ?? [];
  return isSkipped(text) || (Number(hour) < 24 && Number(minute) < 60);
}

/** Dates of digits other than ISO 8601, such as 1/3/2027 or 2027-13-01, can be read in several ways. */
const digitsDate = /\d+[-/.]\d+/g;
/** Words for an earlier or later weekday, which is then not moved to the other side of now. */
const fixedSide = /\b(last|past|previous|this|next|coming|following|ago)\b/i;

/**
 * A time in words as ISO 8601; null if the whole text is not one, or if it does not exist. A weekday means the next one
 * (1) or the last one (-1). The library is loaded only when needed.
 */
async function read(text: string, now: number, direction: 1 | -1): Promise<string | null> {
  const { casual } = await import('chrono-node/en');
  const words = text.trim();
  const date = /^\d{4}-\d\d-\d\d(?=\s)/.exec(words)?.[0] ?? '';
  if ((date !== '' && readIso(date) === null) || words.slice(date.length).match(digitsDate)) return null;
  const isFixed = fixedSide.test(words);
  const [found, ...more] = casual.parse(words, new Date(now), { forwardDate: direction > 0 && !isFixed });
  if (found === undefined || more.length > 0 || found.end || found.text.length < words.length) return null;
  // A month or a year is too vague.
  const { start } = found;
  if (!start.isCertain('day') && !start.isCertain('weekday') && !start.isCertain('hour')) return null;
  const at = start.date();
  if (!exists(start, at)) return null;
  const isDay = !start.isCertain('hour') && !spans.test(words) && !partsOfDay.test(words);
  if (isDay) at.setHours(0, 0, 0, 0);
  const wrongSide = direction > 0 ? at.getTime() <= now : at.getTime() > now;
  if (wrongSide && !isFixed && start.isCertain('weekday') && !start.isCertain('day')) {
    at.setDate(at.getDate() + 7 * direction);
  }
  return isDay ? localDay(at) : at.toISOString();
}

/** Whether the moment has all parsed parts. Otherwise, the weekday is wrong, or the clocks skip the time. */
function exists(start: ParsedComponents, at: Date): boolean {
  const isSame = (part: Component, value: number) => !start.isCertain(part) || start.get(part) === value;
  if (!isSame('weekday', at.getDay())) return false;
  if (start.isCertain('timezoneOffset')) return true;
  const isDate = isSame('year', at.getFullYear()) && isSame('month', at.getMonth() + 1) && isSame('day', at.getDate());
  return isDate && isSame('hour', at.getHours()) && isSame('minute', at.getMinutes());
}

function localDay(at: Date): string {
  // The Swedish locale formats dates as ISO 8601 does.
  return at.toLocaleDateString('sv-SE');
}
