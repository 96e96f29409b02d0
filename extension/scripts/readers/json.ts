/** Reading JSON files of a project. */

/** The object in a value or text; empty if there is none, as while the file is being edited. */
export function jsonObject(value: unknown): Readonly<Record<string, unknown>> {
  const parsed = typeof value === 'string' ? parse(value) : value;
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    ? (parsed as Readonly<Record<string, unknown>>)
    : {};
}

/** The line of a key in the object with this name, from 0. */
export function lineOf(lines: readonly string[], object: string, key: string): number {
  const from = lines.findIndex((line) => new RegExp(`"${object}"\\s*:`).test(line));
  const at = lines.findIndex((line, index) => index >= from && line.includes(JSON.stringify(key)));
  return Math.max(0, at);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
