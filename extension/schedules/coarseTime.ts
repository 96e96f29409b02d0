/** How long it is until a time, in one unit, and when that text becomes another. */
import type { Translate } from '../base/text.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** Milliseconds the daemon is given to act on a time that has come. */
const grace = 1_000;

/** Milliseconds after which a time that passed without anything happening is looked at again. */
const overdueLook = 60_000;

/** `in 3 h`: one unit, rounded down, so that it does not tick. `at` as ISO 8601, `now` in milliseconds. */
export function formatUntil(at: string, now: number, t: Translate): string {
  const left = Date.parse(at) - now;
  if (left <= 0) return t('due now');
  if (left < minute) return t('in less than a minute');
  if (left < hour) return t('in {0} min', Math.floor(left / minute));
  if (left < day) return t('in {0} h', Math.floor(left / hour));
  return t('in {0} d', Math.floor(left / day));
}

/** Milliseconds until `formatUntil` says something else, or, shortly after the time itself, something has come of it. */
export function untilChanges(at: string, now: number): number {
  const left = Date.parse(at) - now;
  if (left <= 0) return left > -grace ? left + grace : overdueLook;
  if (left < minute) return left + grace;
  return (left % unitOf(left)) + 1;
}

/** Milliseconds until `formatAgo` says something else. */
export function agoChanges(at: string, now: number): number {
  const passed = Math.max(0, now - Date.parse(at));
  const unit = unitOf(passed);
  return unit - (passed % unit);
}

function unitOf(ms: number): number {
  return ms < hour ? minute : ms < day ? hour : day;
}
