/**
 * Cron expressions: five fields (minute hour day month weekday), six (second first) or a nickname, in a time zone. Pure.
 *
 * On days on which the clocks change (croner's rules, after Vixie cron): a job of fixed times, without `*`, `?` or a step
 * in second, minute and hour, runs once. When its time is left out it runs at the first moment after the gap; when it
 * comes twice, at the first. Any other job goes by what the clock shows: it leaves out what is left out, and runs in
 * both passes of an hour that comes twice, so an hourly one runs every hour.
 */
import { Cron } from 'croner';
import { JobdeckError } from '../../shared/errors.ts';

/** Times in milliseconds. */
export interface DueTimes {
  /** Oldest first; the latest ones when there are more than asked for. */
  times: number[];
  /** Whether there are earlier ones that are left out. */
  more: boolean;
}

/** The fields in their order, with what each can be. */
const fields: readonly [name: string, values: string][] = [
  ['second', '0 to 59'],
  ['minute', '0 to 59'],
  ['hour', '0 to 23'],
  ['day', '1 to 31, or L for the last'],
  ['month', '1 to 12, or JAN to DEC'],
  ['weekday', '0 to 7, or SUN to SAT'],
];
const nicknames = '@hourly, @daily, @weekly, @monthly or @yearly';
const form = `Use five fields (minute hour day month weekday), such as “0 3 * * *” for every day at 3:00, six with the second first, or ${nicknames}.`;

/** The time zone of this machine. */
export function machineTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * The zone by the name it is usually written with; that of the machine when none is given.
 * @throws JobdeckError INVALID_CRON for one that does not exist
 */
export function checkTimeZone(timezone: string | undefined): string {
  if (timezone === undefined) return machineTimeZone();
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone')].find(
    (name) => name.toLowerCase() === timezone.toLowerCase(),
  );
  if (known !== undefined) return known;
  // Older names, such as `CET` or `Asia/Calcutta`, are in no list.
  checkKnown(timezone);
  return timezone;
}

function checkKnown(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    const hint = 'Use an IANA name such as Europe/Berlin or America/New_York, or UTC.';
    throw new JobdeckError('INVALID_CRON', `There is no time zone ${timezone}.`, hint);
  }
}

/**
 * Checks an expression and the zone it is for.
 * @throws JobdeckError INVALID_CRON, saying what is wrong; also for one that never fires, such as of 30 February
 */
export function checkCron(cron: string, timezone: string, now: number): void {
  const next = parse(cron, timezone).nextRun(new Date(now));
  if (next !== null) return;
  throw new JobdeckError('INVALID_CRON', `“${cron}” never fires: there is no such day.`, 'Check its day and month.');
}

/** The first time after `at`; null when there is none. */
export function nextAfter(cron: string, timezone: string, at: number): number | null {
  return parse(cron, timezone).nextRun(new Date(at))?.getTime() ?? null;
}

/** The next so many times after `at`, earliest first. */
export function nextRuns(cron: string, timezone: string, at: number, count: number): number[] {
  return parse(cron, timezone)
    .nextRuns(count, new Date(at))
    .map((date) => date.getTime());
}

/** The times from `from` up to `until`, both included: at most the latest `limit`. */
export function dueBetween(cron: string, timezone: string, from: number, until: number, limit: number): DueTimes {
  const expression = parse(cron, timezone);
  const times: number[] = [];
  // Backwards, one at a time: however long the daemon was away, no more is looked at than is asked for.
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
  // Croner takes a single date for an expression, too.
  if (!text.startsWith('@') && parts.length !== 5 && parts.length !== 6) {
    const count = text === '' ? 'it is empty' : `it has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'}`;
    throw notCron(cron, count);
  }
  // Croner would find that out only when it is asked for a time.
  checkKnown(timezone);
  try {
    return read(text, timezone);
  } catch (error) {
    throw notCron(cron, whatIsWrong(error, parts));
  }
}

function read(text: string, timezone: string): Cron {
  return new Cron(text, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' });
}

function notCron(cron: string, why: string): JobdeckError {
  return new JobdeckError('INVALID_CRON', `“${cron}” is no cron expression: ${why}.`, form);
}

/** Which field can't be read; croner's own words count days and months from 0. */
function whatIsWrong(error: unknown, parts: readonly string[]): string {
  if (parts[0]?.startsWith('@')) return `there is no nickname ${parts.join(' ')}`;
  const used = fields.slice(fields.length - parts.length);
  for (const [index, [name, values]] of used.entries()) {
    const part = parts[index] ?? '*';
    try {
      read(used.map((_, other) => (other === index ? part : '*')).join(' '), 'UTC');
    } catch {
      return `“${part}” can’t be ${name === 'hour' ? 'an' : 'a'} ${name}, which is ${values}; also *, */5, 1-5 or 1,5`;
    }
  }
  return error instanceof Error ? error.message : String(error);
}
