/** JSON and times as Python writes them. Pure. */

/** The value of a JSON text; undefined when it is none. Python also writes `NaN` and `Infinity`, which become null. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Only outside of strings: which are matched first and kept as they are.
    const strict = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) =>
      part[0] === '"' ? part : 'null',
    );
    try {
      return JSON.parse(strict);
    } catch {
      return undefined;
    }
  }
}

/** Milliseconds of a time that Python wrote in ISO 8601; one without a zone is UTC. */
export function parseTime(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const ms = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(ms) ? null : ms;
}
