/** Cron expressions in words, such as “every weekday at 09:00”, and the other way round. Pure. */
import type { Translate } from './translate.ts';

/** A simple recurrence. Weekdays count from Sunday, 0. */
export type Cadence =
  | { readonly kind: 'seconds' | 'minutes'; readonly every: number }
  | { readonly kind: 'hours'; readonly every: number; readonly minute: number }
  | { readonly kind: 'day' | 'weekday'; readonly hour: number; readonly minute: number }
  | { readonly kind: 'week'; readonly day: number; readonly hour: number; readonly minute: number }
  | { readonly kind: 'month'; readonly day: number; readonly hour: number; readonly minute: number };

const nicknames: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The recurrence of an expression. Null if it is not a simple one. */
export function readCadence(cron: string): Cadence | null {
  const text = cron.trim().toLowerCase();
  const fields = (nicknames[text] ?? text).split(/\s+/);
  if (fields.length === 6) {
    const [second = '', ...rest] = fields;
    if (second === '0') return readCadence(rest.join(' '));
    const every = stepOf(second, 60);
    return every !== null && rest.every((field) => field === '*') ? { kind: 'seconds', every } : null;
  }
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (fields.length !== 5 || month !== '*') return null;
  const everyDay = day === '*' && weekday === '*';
  const everyMinutes = stepOf(minute, 60);
  if (everyMinutes !== null) return everyDay && hour === '*' ? { kind: 'minutes', every: everyMinutes } : null;
  const at = numberOf(minute, 59);
  if (at === null) return null;
  const everyHours = stepOf(hour, 24);
  if (everyHours !== null) return everyDay ? { kind: 'hours', every: everyHours, minute: at } : null;
  const time = { hour: numberOf(hour, 23), minute: at };
  if (time.hour === null) return null;
  return ofDays(day, weekday, { hour: time.hour, minute: at });
}

function ofDays(day: string, weekday: string, time: { hour: number; minute: number }): Cadence | null {
  if (day === '*' && weekday === '*') return { kind: 'day', ...time };
  if (day === '*') {
    if (/^(1-5|mon-fri)$/.test(weekday)) return { kind: 'weekday', ...time };
    const named = weekdays.indexOf(weekday);
    const number = named >= 0 ? named : numberOf(weekday, 7);
    return number === null ? null : { kind: 'week', day: number % 7, ...time };
  }
  const number = weekday === '*' ? numberOf(day, 31) : null;
  return number === null || number === 0 ? null : { kind: 'month', day: number, ...time };
}

/** The expression of a recurrence. */
export function cronOf(cadence: Cadence): string {
  const step = (every: number) => (every === 1 ? '*' : `*/${every}`);
  switch (cadence.kind) {
    case 'seconds':
      return `${step(cadence.every)} * * * * *`;
    case 'minutes':
      return `${step(cadence.every)} * * * *`;
    case 'hours':
      return `${cadence.minute} ${step(cadence.every)} * * *`;
    case 'day':
      return `${cadence.minute} ${cadence.hour} * * *`;
    case 'weekday':
      return `${cadence.minute} ${cadence.hour} * * 1-5`;
    case 'week':
      return `${cadence.minute} ${cadence.hour} * * ${cadence.day}`;
    case 'month':
      return `${cadence.minute} ${cadence.hour} ${cadence.day} * *`;
  }
}

/** `every 2 minutes`, `every day at 03:00`; the expression itself if it is not a simple one. */
export function describeCron(cron: string, t: Translate): string {
  const cadence = readCadence(cron);
  if (cadence === null) return cron;
  switch (cadence.kind) {
    case 'seconds':
      return cadence.every === 1 ? t('every second') : t('every {0} seconds', cadence.every);
    case 'minutes':
      return cadence.every === 1 ? t('every minute') : t('every {0} minutes', cadence.every);
    case 'hours': {
      const { every, minute } = cadence;
      if (minute === 0) return every === 1 ? t('every hour') : t('every {0} hours', every);
      const at = `:${twoDigits(minute)}`;
      return every === 1 ? t('every hour at {0}', at) : t('every {0} hours at {1}', every, at);
    }
    case 'day':
      return t('every day at {0}', timeText(cadence));
    case 'weekday':
      return t('every weekday at {0}', timeText(cadence));
    case 'week':
      return t('every {0} at {1}', weekdayName(cadence.day, t), timeText(cadence));
    case 'month':
      return t('monthly on day {0} at {1}', cadence.day, timeText(cadence));
  }
}

/** `03:00` */
export function timeText({ hour, minute }: { readonly hour: number; readonly minute: number }): string {
  return `${twoDigits(hour)}:${twoDigits(minute)}`;
}

/** A time of day, such as `3`, `3:00`, `15.30` or `3:30 pm`. Null if it is none. */
export function readTime(text: string): { hour: number; minute: number } | null {
  const [, hours, minutes = '0', half] = /^(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?$/i.exec(text.trim()) ?? [];
  const [hour, minute] = [numberOf(hours ?? '', half === undefined ? 23 : 12), numberOf(minutes, 59)];
  if (hour === null || minute === null || (half !== undefined && hour === 0)) return null;
  if (half === undefined) return { hour, minute };
  return { hour: (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0), minute };
}

/** Minutes that divide an hour, so that all runs are equally far apart. */
export const minuteSteps = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];

/** The name of a weekday, counted from Sunday, 0. */
export function weekdayName(day: number, { language }: Pick<Translate, 'language'>): string {
  // 4 January 1970 was a Sunday.
  const date = new Date(Date.UTC(1970, 0, 4 + day));
  return new Intl.DateTimeFormat(language ?? 'en', { weekday: 'long', timeZone: 'UTC' }).format(date);
}

/** The step of `*` or of a step that divides the whole, so that it is the same everywhere. */
function stepOf(field: string, whole: number): number | null {
  if (field === '*') return 1;
  const step = /^(?:\*|0)\/(\d+)$/.exec(field)?.[1];
  const every = step === undefined ? 0 : Number(step);
  return every > 0 && whole % every === 0 && every < whole ? every : null;
}

function numberOf(text: string, most: number): number | null {
  return /^\d{1,2}$/.test(text) && Number(text) <= most ? Number(text) : null;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
