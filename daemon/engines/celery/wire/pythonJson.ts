/** Parses JSON and times as Python writes them. Pure. */
import { parseCut } from '../../../../shared/nesting.ts';

/** Parses JSON; undefined if it isn't valid. Python also writes `NaN` and `Infinity`, which become null. */
export function parseJson(text: string): unknown {
  try {
    return parseCut(text);
  } catch {
    // Strings are matched first, so that they stay unchanged.
    const strict = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) =>
      part[0] === '"' ? part : 'null',
    );
    try {
      return parseCut(strict);
    } catch {
      return undefined;
    }
  }
}

/** Parses an ISO 8601 time to milliseconds. Without a time zone, it is UTC. */
export function parseTime(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const ms = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(ms) ? null : ms;
}
