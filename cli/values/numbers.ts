/** Durations, rates and counts as people write them on the command line. */
import { InvalidArgumentError } from 'commander';
import { parseDuration, parseRate } from '../../shared/amounts.ts';
import type { RateLimit } from '../../shared/job.ts';

/** A duration of the command line in milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('Must be a duration such as 90s, 10m, 1h30m or 2d.');
  return ms;
}

// Commander treats null from a parser as a missing value, so these return the word.

/** A duration of the command line in milliseconds, or `none`. */
export function durationOrNone(text: string): number | 'none' {
  return text === 'none' ? text : duration(text);
}

/** A rate limit of the command line: `10/1m`, `10/m`, or `none`. */
export function rate(text: string): RateLimit | 'none' {
  if (text === 'none') return text;
  const limit = parseRate(text);
  if (limit === null) throw new InvalidArgumentError('Must be a number per period such as 10/1m, or “none”.');
  return limit;
}

/** A number of retries of the command line. */
export function retries(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Must be a whole number.');
  return Number(text);
}

/** Exit codes of the command line: `1,2`. */
export function exitCodeList(text: string): number[] {
  if (!/^\d{1,10}(,\d{1,10})*$/.test(text)) throw new InvalidArgumentError('Must be exit codes such as 1,2.');
  return text.split(',').map(Number);
}

/** A number of jobs of the command line, or `unlimited`. */
export function limit(text: string): number | 'unlimited' {
  if (text === 'unlimited') return text;
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('Must be a whole number, or “unlimited”.');
  return Number(text);
}

/** A whole number from 0. */
export function wholeNumber(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : -1;
  if (value < 0 || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Must be a whole number.');
  return value;
}

/** A whole number from 1. */
export function positive(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('Must be a whole number of at least 1.');
  return value;
}

/** A number of jobs. The daemon rejects those that are out of range. */
export function jobCount(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('Must be a whole number.');
  return Number(text);
}

/** A share of a group’s progress: `2`, `0.5`. */
export function weight(text: string): number {
  if (!/^-?\d{1,9}(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('Must be a number such as 2 or 0.5.');
  return Number(text);
}
