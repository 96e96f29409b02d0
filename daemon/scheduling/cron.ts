/**
 * Cron expressions: five fields (minute hour day month weekday), six (seconds first) or a nickname, in a time zone. Pure.
 *
 * When the clocks change, croner follows Vixie cron. A schedule with fixed times, without `*`, `?` or a step in second,
 * minute and hour, runs once: if its time is skipped, right after the gap; if its time occurs twice, at the first
 * occurrence. Any other schedule follows the wall clock: it skips skipped times, and runs in both passes of a repeated
 * hour, so an hourly one runs every hour.
 */
import { Cron } from 'croner';
import type { JobdeckError } from '../../shared/errors.ts';
import { cronProblem } from '../../shared/messages/cron.ts';

/** Times in milliseconds. */
export interface DueTimes {
  /** Oldest first. If there are more than the limit, the latest ones. */
  times: number[];
  /** Whether earlier ones were left out. */
  more: boolean;
}

/** The fields in their order. */
const fields = ['second', 'minute', 'hour', 'day', 'month', 'weekday'] as const;

/** The usual spelling of time zones by their names in lower case. */
const zoneNames = new Map(['UTC', ...Intl.supportedValuesOf('timeZone')].map((name) => [name.toLowerCase(), name]));

/** The time zone of this machine. */
export function machineTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * The usual spelling of a time zone's name; the zone of this machine by default.
 * @throws JobdeckError INVALID_CRON if the time zone is unknown
 */
export function checkTimeZone(timezone: string | undefined): string {
  if (timezone === undefined) return machineTimeZone();
  const known = zoneNames.get(timezone.toLowerCase());
  if (known !== undefined) return known;
  // Older names, such as `CET` or `Asia/Calcutta`, are not in the list.
  checkKnown(timezone);
  return timezone;
}

function checkKnown(timezone: string): void {
  if (zoneNames.has(timezone.toLowerCase())) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw cronProblem('INVALID_CRON/timeZone', { timezone });
  }
}

/**
 * Checks an expression and its time zone.
 * @throws JobdeckError INVALID_CRON, also for an expression that never fires, such as on 30 February
 */
export function checkCron(cron: string, timezone: string, now: number): void {
  const next = parse(cron, timezone).nextRun(new Date(now));
  if (next !== null) return;
  throw cronProblem('INVALID_CRON/neverFires', { cron });
}

/** The first time after `at`; null if there is none. */
export function nextAfter(cron: string, timezone: string, at: number): number | null {
  return parse(cron, timezone).nextRun(new Date(at))?.getTime() ?? null;
}

/** The next `count` times after `at`, earliest first. */
export function nextRuns(cron: string, timezone: string, at: number, count: number): number[] {
  return parse(cron, timezone)
    .nextRuns(count, new Date(at))
    .map((date) => date.getTime());
}

/** The first `limit` times from `from` up to, but not including, `end`, earliest first. */
export function timesWithin(cron: string, timezone: string, from: number, end: number, limit: number): number[] {
  const expression = parse(cron, timezone);
  const times: number[] = [];
  for (let after = from - 1; times.length < limit; ) {
    const at = expression.nextRun(new Date(after))?.getTime();
    if (at === undefined || at >= end) break;
    times.push(at);
    after = at;
  }
  return times;
}

/** The times from `from` to `until`, both included; if there are more than `limit`, the latest ones. */
export function dueBetween(cron: string, timezone: string, from: number, until: number, limit: number): DueTimes {
  const expression = parse(cron, timezone);
  const times: number[] = [];
  // Backwards, so that the work is bounded by `limit`, however long the daemon was not running.
  for (let before = until + 1; ; ) {
    const at = expression.previousRuns(1, new Date(before))[0]?.getTime();
    if (at === undefined || at < from) return { times: times.reverse(), more: false };
    if (times.length === limit) return { times: times.reverse(), more: true };
    times.push(at);
    before = at;
  }
}

function parse(cron: string, timezone: string): Cron {
  const text = cron.trim();
  const parts = text.split(/\s+/);
  // Croner would also accept a single date.
  if (text === '') throw cronProblem('INVALID_CRON/empty');
  if (!text.startsWith('@') && parts.length !== 5 && parts.length !== 6) {
    throw cronProblem('INVALID_CRON/fieldCount', { cron, count: parts.length });
  }
  // Croner checks the time zone only when it computes a time.
  checkKnown(timezone);
  try {
    return read(text, timezone);
  } catch (error) {
    throw invalidCron(cron, error, parts);
  }
}

function read(text: string, timezone: string): Cron {
  return new Cron(text, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' });
}

/** Names the field that is not valid; croner's own messages count days and months from 0. */
function invalidCron(cron: string, error: unknown, parts: readonly string[]): JobdeckError {
  if (parts[0]?.startsWith('@')) return cronProblem('INVALID_CRON/nickname', { cron });
  const used = fields.slice(fields.length - parts.length);
  for (const [index, field] of used.entries()) {
    const part = parts[index] ?? '*';
    try {
      read(used.map((_, other) => (other === index ? part : '*')).join(' '), 'UTC');
    } catch {
      return cronProblem(`INVALID_CRON/${field}`, { cron, part });
    }
  }
  return cronProblem('INVALID_CRON/syntax', { cron, reason: cronReason(error) });
}

/** The message of an error of croner, without its prefix and full stop. */
function cronReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^CronPattern: /, '').replace(/\.$/, '');
}
