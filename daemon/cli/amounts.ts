/** Durations, rates and counts as people write them on the command line. */
import { InvalidArgumentError } from 'commander';
import type { RateLimit } from '../../shared/job.ts';

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `1h30m`, `500ms`, `2d`; null for what is none. A number needs its unit. */
export function parseDuration(text: string): number | null {
  if (!/^(\d{1,9}(\.\d{1,3})?(ms|s|min|m|h|d))+$/.test(text)) return null;
  const parts = [...text.matchAll(/([\d.]+)([a-z]+)/g)];
  return Math.round(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0));
}

/** A duration of the command line in milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('It has to be a duration such as 90s, 10m, 2h or 1d.');
  return ms;
}

// Commander takes null from a parser for no value at all, so these give the word back.

/** A duration of the command line in milliseconds, or `none`. */
export function durationOrNone(text: string): number | 'none' {
  return text === 'none' ? text : duration(text);
}

/** A rate limit of the command line: `10/1m`, `10/m`, or `none`. */
export function rate(text: string): RateLimit | 'none' {
  if (text === 'none') return text;
  const [, count = '', period = ''] = /^(\d{1,9})\/(.+)$/.exec(text) ?? [];
  const periodMs = parseDuration(/^\d/.test(period) ? period : `1${period}`);
  if (periodMs === null) throw new InvalidArgumentError('It has to be a number per period such as 10/1m, or “none”.');
  return { count: Number(count), periodMs };
}

/** A number of retries of the command line. */
export function retries(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}

/** Exit codes of the command line: `1,2`. */
export function exitCodeList(text: string): number[] {
  if (!/^\d{1,10}(,\d{1,10})*$/.test(text)) throw new InvalidArgumentError('It has to be exit codes such as 1,2.');
  return text.split(',').map(Number);
}

/** A number of jobs of the command line, or `unlimited`. */
export function limit(text: string): number | 'unlimited' {
  if (text === 'unlimited') return text;
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number, or “unlimited”.');
  return Number(text);
}
