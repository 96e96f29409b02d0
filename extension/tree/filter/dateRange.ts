/** Parses a typed range of dates. */
import { parseWhen } from '../../../shared/when.ts';
import { localDay } from '../groups.ts';
import type { JobFilter } from './filter.ts';

/** A day, a start, or a range: `yesterday`, `7d`, `2026-03-01 to 2026-03-15`. Null for anything else. */
export function readRange(text: string, now: number): Pick<JobFilter, 'since' | 'until'> | null {
  const parts = text.trim().split(/\s+to\s+|\s*\.\.\s*/);
  const [first = '', last] = parts.map((part) => fixed(part, now));
  const from = parseWhen(first, now);
  if (parts.length > 2 || from === null) return null;
  if (last === undefined) return from.from === from.to ? { since: first } : { since: first, until: first };
  const to = parseWhen(last, now);
  return to === null || to.to < from.from ? null : { since: first, until: last };
}

/** Replaces named days with dates, so that a stored filter means the same tomorrow. */
function fixed(text: string, now: number): string {
  const when = parseWhen(text, now);
  return when !== null && when.from !== when.to ? localDay(when.from) : text.trim();
}
