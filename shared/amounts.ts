/** Durations and rates as people write them, on the command line and in definitions. */
import type { RateLimit } from './job.ts';

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const amount = '[0-9]{1,9}(\\.[0-9]{1,3})?(ms|s|min|m|h|d)';

/** Regular expressions of what can be read, for schemas. */
export const durationPattern = `^(${amount})+$`;
export const ratePattern = `^[0-9]{1,9}/((${amount})+|ms|s|min|m|h|d)$`;

/** Milliseconds of `90s`, `1h30m`, `500ms`, `2d`; null for what is none. A number needs its unit. */
export function parseDuration(text: string): number | null {
  if (!new RegExp(durationPattern).test(text)) return null;
  const parts = [...text.matchAll(/([\d.]+)([a-z]+)/g)];
  return Math.round(parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? 0), 0));
}

/** A rate such as `10/1m` or `10/m`; null for what is none. Its bounds are those of `RateLimit`, and not checked. */
export function parseRate(text: string): RateLimit | null {
  const [, count = '', period = ''] = /^(\d{1,9})\/(.+)$/.exec(text) ?? [];
  const periodMs = parseDuration(/^\d/.test(period) ? period : `1${period}`);
  return periodMs === null ? null : { count: Number(count), periodMs };
}
