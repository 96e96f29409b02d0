/** The time until a date in one unit, and when that text changes. */
import type { Translate } from '../base/text.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** The unit of the last minute. */
const tenSeconds = 10_000;

/** Milliseconds the daemon may take to act on a due time. */
const grace = 1_000;

/** Milliseconds between two checks of an overdue time. */
const overdueInterval = 60_000;

/** `in 3 h`: one unit, rounded down, so that it changes rarely; the last minute in steps of ten seconds, rounded up. `at` as ISO 8601, `now` in milliseconds. */
export function formatUntil(at: string, now: number, t: Translate): string {
  const left = Date.parse(at) - now;
  if (left <= 0) return t('due now');
  if (left < minute) return t('in {0} s', (Math.ceil(left / tenSeconds) * tenSeconds) / 1000);
  if (left < hour) return t('in {0} min', Math.floor(left / minute));
  if (left < day) return t('in {0} h', Math.floor(left / hour));
  return t('in {0} d', Math.floor(left / day));
}

/** Milliseconds until the result of `formatUntil` changes, or until shortly after the time itself. */
export function untilChanges(at: string, now: number): number {
  const left = Date.parse(at) - now;
  if (left <= 0) return left > -grace ? left + grace : overdueInterval;
  if (left <= tenSeconds) return left + grace;
  if (left < minute) return ((left - 1) % tenSeconds) + 1;
  return (left % unitOf(left)) + 1;
}

/** Milliseconds until the result of `formatAgo` changes. */
export function agoChanges(at: string, now: number): number {
  const passed = Math.max(0, now - Date.parse(at));
  const unit = unitOf(passed);
  return unit - (passed % unit);
}

function unitOf(ms: number): number {
  return ms < hour ? minute : ms < day ? hour : day;
}
