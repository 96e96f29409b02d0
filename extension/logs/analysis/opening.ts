/** Where a finished log opens. Pure. */

import { isErrorLine } from '../../../shared/errorLine.ts';
import type { JobError, JobStatus } from '../../../shared/job.ts';
import { findReferences, type Reference } from './references.ts';

/** How an attempt ended. */
export interface Ending {
  readonly status: JobStatus;
  readonly error: JobError | null;
}

/** Lines that surely fit in an editor. */
const screenful = 25;

/**
 * The line (from 0) at which a log opens: the first place of the failure, or the last error if that is not known. Another
 * log opens at its end, or at the top if it is short.
 */
export function openingLine(lines: readonly string[], { status, error }: Ending): number {
  const last = lastLine(lines);
  const failed = status === 'failed' ? failureLine(lines, error) : null;
  return failed ?? (last < screenful ? 0 : last);
}

function failureLine(lines: readonly string[], error: JobError | null): number | null {
  const headline = error?.headline ?? null;
  const named = headline?.place ? lineNaming(lines, headline.place) : null;
  if (named !== null) return named;
  if (headline !== null) {
    // The text may be put together from several lines.
    const quoted = lines.findIndex((line) => line.includes(headline.text));
    if (quoted >= 0) return quoted;
  }
  const at = lines.findLastIndex(isErrorLine);
  return at < 0 ? null : at;
}

/** The first line that names a place, in any of the known formats. Null if none does. */
export function lineNaming(lines: readonly string[], place: Pick<Reference, 'file' | 'line'>): number | null {
  const [name = ''] = /[^\\/]*$/.exec(place.file) ?? [];
  const number = String(place.line);
  const at = lines.findIndex((line) => {
    // A cheap check that skips most lines.
    if (!line.includes(name) || !line.includes(number)) return false;
    const names = findReferences(line).some((one) => one.line === place.line && endsAlike(one.file, place.file));
    return names || line.includes(`${name}:[${number},`);
  });
  return at < 0 ? null : at;
}

/** Whether one path is the other, or the end of it. */
function endsAlike(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long === short || long.endsWith(`/${short}`) || long.endsWith(`\\${short}`);
}

/** The last line with text: a log ends with a line break. */
function lastLine(lines: readonly string[]): number {
  return Math.max(
    0,
    lines.findLastIndex((line) => line.trim() !== ''),
  );
}
