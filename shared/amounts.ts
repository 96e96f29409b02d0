/** Parses durations and rates, as written on the command line and in definitions. */
import type { RateLimit } from './job.ts';

/** Names of units as a regular expression → milliseconds. */
const units: readonly (readonly [names: string, ms: number])[] = [
  ['ms|milliseconds?', 1],
  ['s|secs?|seconds?', 1000],
  ['m|mins?|minutes?', 60_000],
  ['h|hrs?|hours?', 3_600_000],
  ['d|days?', 86_400_000],
  ['w|weeks?', 604_800_000],
];
const unitNames = units.map(([names]) => names).join('|');
const duration = `([0-9]{1,9}(\\.[0-9]{1,3})? *(${unitNames}) *)+`;

/** Regular expressions of durations and rates, for schemas. */
export const durationPattern = `^ *${duration}$`;
export const ratePattern = `^[0-9]{1,9}/(${duration}|${unitNames})$`;

const whole = new RegExp(durationPattern);

/** Milliseconds of `90s`, `1h30m`, `1h 30m`, `5 minutes` or `1w`; null if it is not a duration. A number needs its unit. */
export function parseDuration(text: string): number | null {
  if (!whole.test(text)) return null;
  const parts = [...text.matchAll(/([\d.]+) *([a-z]+)/g)];
  return Math.round(parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * millisecondsIn(unit), 0));
}

function millisecondsIn(unit: string): number {
  return units.find(([names]) => new RegExp(`^(${names})$`).test(unit))?.[1] ?? Number.NaN;
}

/** A rate such as `10/1m` or `10/m`; null if it is not a rate. The bounds of `RateLimit` are not checked. */
export function parseRate(text: string): RateLimit | null {
  const [, count = '', period = ''] = /^(\d{1,9})\/(.+)$/.exec(text) ?? [];
  const periodMs = parseDuration(/^\d/.test(period) ? period : `1${period}`);
  return periodMs === null ? null : { count: Number(count), periodMs };
}
