/** Times as people write them on the command line. Words such as `last monday` become ISO 8601, which is all the daemon reads. */
import type { ParsedResult } from 'chrono-node';
import { parseWhen, whenForms } from '../../shared/when.ts';
import { cliError, usageError } from '../problems.ts';

const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const clock = /^(?:(today|tomorrow) +)?(\d{1,2}):(\d\d)$/i;

export function isNow(text: string): boolean {
  return text.trim().toLowerCase() === 'now';
}

/**
 * Milliseconds of an ISO 8601 time, `7:30` (the next one) or `tomorrow 7:30`; null if it is not a time. Without a zone
 * it is in the local time zone.
 */
export function parseTime(text: string, now: number): number | null {
  const words = text.trim();
  if (iso.test(words)) {
    // A date alone would be taken as UTC.
    const at = Date.parse(words.length === 10 ? `${words}T00:00` : words.replace(' ', 'T'));
    return Number.isNaN(at) ? null : at;
  }
  const [, day, hour, minute] = clock.exec(words) ?? [];
  if (hour === undefined || minute === undefined || Number(hour) > 23 || Number(minute) > 59) return null;
  const at = new Date(now);
  at.setHours(Number(hour), Number(minute), 0, 0);
  if (day?.toLowerCase() === 'tomorrow' || (day === undefined && at.getTime() <= now)) at.setDate(at.getDate() + 1);
  return at.getTime();
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
  const found = await read(text, now, true);
  if (found === null) throw usageError('INVALID_REQUEST/startTime', { text });
  return inWords(found, now, 1);
}

/**
 * The time of a filter in a form that the daemon reads. `option` is its name in error messages, such as `--since`.
 * @throws JobdeckError if it is not a time
 */
export async function filterTimeOf(option: string, text: string | undefined, now: number): Promise<string | undefined> {
  if (text === undefined || parseWhen(text, now) !== null) return text;
  const found = await read(text, now, false);
  if (found !== null) return inWords(found, now, -1);
  throw cliError('INVALID_REQUEST/filterTime', { option, text, forms: whenForms });
}

/** Parses the whole text as a time in words. The library is loaded only when needed. */
async function read(text: string, now: number, forwardDate: boolean): Promise<ParsedResult | null> {
  const { casual } = await import('chrono-node/en');
  const words = text.trim();
  const [found, ...more] = casual.parse(words, new Date(now), { forwardDate });
  if (found === undefined || more.length > 0 || found.end || found.text.length < words.length) return null;
  // A month or a year is too vague.
  const { start } = found;
  return start.isCertain('day') || start.isCertain('weekday') || start.isCertain('hour') ? found : null;
}

/** ISO 8601; only the date if no time of day is meant. A weekday means the next one (1) or the last one (-1). */
function inWords({ text, start }: ParsedResult, now: number, direction: 1 | -1): string {
  const at = start.date();
  const isDay = !start.isCertain('hour') && !spans.test(text) && !partsOfDay.test(text);
  if (isDay) at.setHours(0, 0, 0, 0);
  const wrongSide = direction > 0 ? at.getTime() <= now : at.getTime() > now;
  if (wrongSide && start.isCertain('weekday') && !start.isCertain('day')) at.setDate(at.getDate() + 7 * direction);
  return isDay ? localDay(at) : at.toISOString();
}

function localDay(at: Date): string {
  // The Swedish locale formats dates as ISO 8601 does.
  return at.toLocaleDateString('sv-SE');
}
