/** Times as people write them on the command line. The daemon doesn't read words such as `last monday`; they become ISO 8601 here. */
import type { ParsedResult } from 'chrono-node';
import { JobdeckError } from '../../shared/errors.ts';
import { parseWhen, whenForms } from '../../shared/when.ts';
import { UsageError } from '../usageError.ts';

const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const clock = /^(?:(today|tomorrow) +)?(\d{1,2}):(\d\d)$/i;

/**
 * Milliseconds of an ISO 8601 time, `7:30` (the next one) or `tomorrow 7:30`; null for what is none. Without a zone it
 * is the time of this machine.
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

/** Words that say how long from now or ago, and so mean a moment; others without a time mean a day. */
const spans = /^in\b|\b(ago|from now|later|earlier)$/i;
const partsOfDay = /\b(morning|noon|afternoon|evening|night|tonight|midnight)\b/i;

/**
 * When a job is to start, as `parseTime` reads it; a day in words is its beginning.
 * @throws UsageError for what is no time
 */
export async function startTimeOf(text: string, now: number): Promise<string> {
  if (parseTime(text, now) !== null) return text;
  const found = await read(text, now, true);
  if (found === null) {
    const hint =
      'Such as 7:30, “tomorrow 7:30”, “friday 18:00”, “in 2 hours”, “next monday”, 2026-03-01T07:30 or, in UTC, 2026-03-01T07:30Z.';
    throw new UsageError('INVALID_REQUEST', `“${text}” is no time.`, hint);
  }
  return inWords(found, now, 1);
}

/**
 * When jobs of a list or statistics begin or end, as the daemon reads it; `option` names it in what is refused.
 * @throws JobdeckError for what is no time
 */
export async function filterTimeOf(option: string, text: string | undefined, now: number): Promise<string | undefined> {
  if (text === undefined || parseWhen(text, now) !== null) return text;
  const found = await read(text, now, false);
  if (found !== null) return inWords(found, now, -1);
  const hint = `Give ${whenForms}, or words such as “last friday”.`;
  throw new JobdeckError('INVALID_REQUEST', `“${option}” is no time: ${text}.`, hint);
}

/** The time the whole text names, or null. The library is loaded only for this. */
async function read(text: string, now: number, forwardDate: boolean): Promise<ParsedResult | null> {
  const { casual } = await import('chrono-node/en');
  const words = text.trim();
  const [found, ...more] = casual.parse(words, new Date(now), { forwardDate });
  if (found === undefined || more.length > 0 || found.end || found.text.length < words.length) return null;
  // A month or a year is too vague.
  const { start } = found;
  return start.isCertain('day') || start.isCertain('weekday') || start.isCertain('hour') ? found : null;
}

/** ISO 8601, of a day alone when no time is meant. A weekday alone is the next one (1) or the latest (-1). */
function inWords({ text, start }: ParsedResult, now: number, direction: 1 | -1): string {
  const at = start.date();
  const isDay = !start.isCertain('hour') && !spans.test(text) && !partsOfDay.test(text);
  if (isDay) at.setHours(0, 0, 0, 0);
  const wrongSide = direction > 0 ? at.getTime() <= now : at.getTime() > now;
  if (wrongSide && start.isCertain('weekday') && !start.isCertain('day')) at.setDate(at.getDate() + 7 * direction);
  return isDay ? localDay(at) : at.toISOString();
}

function localDay(at: Date): string {
  // Sweden's is the locale that writes dates the ISO way.
  return at.toLocaleDateString('sv-SE');
}
