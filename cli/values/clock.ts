/** Times as people write them on the command line. */

const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const clock = /^(?:(today|tomorrow) +)?(\d{1,2}):(\d\d)$/i;

/**
 * Milliseconds of an ISO 8601 time, `7:30` (the next one) or `tomorrow 7:30`; null for what is none. Without a zone it
 * is the time of this machine.
 */
export function parseTime(text: string, now: number): number | null {
  const words = text.trim();
  if (iso.test(words)) {
    // A date alone would be taken as UTC.
    const at = Date.parse(words.length === 10 ? `${words}T00:00` : words.replace(' ', 'T'));
    return Number.isNaN(at) ? null : at;
  }
  const [, day, hour, minute] = clock.exec(words) ?? [];
  if (hour === undefined || minute === undefined || Number(hour) > 23 || Number(minute) > 59) return null;
  const at = new Date(now);
  at.setHours(Number(hour), Number(minute), 0, 0);
  if (day?.toLowerCase() === 'tomorrow' || (day === undefined && at.getTime() <= now)) at.setDate(at.getDate() + 1);
  return at.getTime();
}
