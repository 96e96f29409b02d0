/** Absolute times for people. */
import { formatDuration } from '../../shared/format.ts';

/** A time in the local time zone: `2026-03-01 14:05:09`. */
export function localTime(at: string | number): string {
  // The Swedish locale formats dates as ISO 8601 does.
  return new Date(at).toLocaleString('sv-SE');
}

/** A time with its zone: `2026-03-01 14:05:09 UTC+1`. */
export function zonedTime(at: string | number): string {
  return `${localTime(at)} ${zoneOf(-new Date(at).getTimezoneOffset())}`;
}

/** The name of an offset from UTC in minutes: `UTC`, `UTC+1`, `UTC-3:30`. */
export function zoneOf(offset: number): string {
  if (offset === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `UTC${offset < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`}`;
}

/** A start time: `2026-03-01 14:05:09 UTC+1, in 3 h`. */
export function startText(at: string, now: number): string {
  const left = Date.parse(at) - now;
  // Rounded up to whole seconds, to avoid “in 0 s”.
  return `${zonedTime(at)}, ${left > 0 ? `in ${formatDuration(Math.ceil(left / 1000) * 1000)}` : 'now'}`;
}
