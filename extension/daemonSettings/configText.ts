/** Reads and changes the text of `config.json`. Keys that it does not know stay as they are. */
import type { Changes, Values } from './merge.ts';

type Data = Record<string, unknown>;

/** The values of these settings in the file, or null if the file is not valid JSON. An empty text is a missing file. */
export function readValues(text: string, names: readonly string[]): Values | null {
  const data = parse(text);
  if (data === null) return null;
  const found = names.flatMap((name) => {
    const value = name.split('.').reduce<unknown>((at, key) => (isData(at) ? at[key] : undefined), data);
    // The daemon says what is wrong with values of other types.
    return typeof value === 'number' || value === null ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The text with these values changed, with the indentation it has. Null if it is not valid JSON. */
export function changeValues(text: string, changes: Changes): string | null {
  const data = parse(text);
  if (data === null) return null;
  for (const [name, value] of Object.entries(changes)) {
    const [key = '', section] = name.split('.').reverse();
    const holder = section === undefined ? data : sectionOf(data, section);
    if (value === undefined) delete holder[key];
    else holder[key] = value;
    if (section !== undefined && Object.keys(holder).length === 0) delete data[section];
  }
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  return `${JSON.stringify(data, null, indent)}\n`;
}

function sectionOf(data: Data, section: string): Data {
  const held = data[section];
  if (isData(held)) return held;
  const made: Data = {};
  data[section] = made;
  return made;
}

function parse(text: string): Data | null {
  const json = text.replace(/^\uFEFF/, '');
  if (json.trim() === '') return {};
  try {
    const data: unknown = JSON.parse(json);
    return isData(data) ? data : null;
  } catch {
    return null;
  }
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
