/** Reads the text of `config.json`. Keys that the editor does not know are ignored. */
import type { Values } from './merge.ts';

type Data = Record<string, unknown>;

/**
 * The values of these settings in the file, or null if the file is not valid. An empty text is a missing file.
 * `parseCommented` reads what is no plain JSON, because it has comments; undefined if it is not valid either.
 */
export function readValues(
  text: string,
  names: readonly string[],
  parseCommented: (text: string) => unknown,
): Values | null {
  const data = parse(text, parseCommented);
  if (!isData(data)) return null;
  const found = names.flatMap((name) => {
    const value = name.split('.').reduce<unknown>((at, key) => (isData(at) ? at[key] : undefined), data);
    // The daemon says what is wrong with values of other types.
    return typeof value === 'number' || value === null ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

function parse(text: string, parseCommented: (text: string) => unknown): unknown {
  const json = text.replace(/^\uFEFF/, '');
  if (json.trim() === '') return {};
  try {
    return JSON.parse(json);
  } catch {
    return parseCommented(json);
  }
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
