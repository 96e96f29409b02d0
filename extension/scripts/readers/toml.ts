/** The entries of a TOML file by line: enough to list names, without the values of multi-line strings. */

export interface TomlEntry {
  /** The table, such as `['tool', 'poe', 'tasks']`. */
  readonly table: readonly string[];
  /** Empty for the header of a table. */
  readonly key: string;
  /** The value as written; arrays of several lines in one. */
  readonly value: string;
  /** Its line, from 0. */
  readonly at: number;
}

const header = /^\s*\[\[?\s*(.+?)\s*\]\]?\s*(?:#.*)?$/;
const pair = /^\s*("[^"]*"|'[^']*'|[\w-]+)((?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=\s*(.*)$/;
const word = /"([^"]*)"|'([^']*)'|([\w-]+)/g;

export function tomlEntries(text: string): TomlEntry[] {
  const lines = text.split(/\r?\n/);
  const entries: TomlEntry[] = [];
  let table: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const name = header.exec(line)?.[1];
    if (name !== undefined) {
      table = words(name);
      entries.push({ table, key: '', value: '', at });
      continue;
    }
    const [, first, rest = '', begin = ''] = pair.exec(line) ?? [];
    if (first === undefined) continue;
    const from = at;
    let value = begin;
    while (isOpen(value) && at + 1 < lines.length) {
      at += 1;
      value += `\n${lines[at]}`;
    }
    const path = [...words(first), ...words(rest)];
    entries.push({ table: [...table, ...path.slice(0, -1)], key: path.at(-1) ?? '', value: value.trim(), at: from });
  }
  return entries;
}

/** The strings in a value, in order. */
export function stringsIn(value: string): string[] {
  return [...value.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/g)].map(([, basic, literal]) => basic ?? literal ?? '');
}

/** The string of a key in an inline table. */
export function stringOf(value: string, key: string): string | undefined {
  const match = new RegExp(`\\b${key}\\s*=\\s*("(?:\\\\.|[^"\\\\])*"|'[^']*')`).exec(value)?.[1];
  return match === undefined ? undefined : stringsIn(match)[0];
}

function words(path: string): string[] {
  return [...path.matchAll(word)].map(([, basic, literal, bare]) => basic ?? literal ?? bare ?? '');
}

/** Whether a value continues on the next line. */
function isOpen(value: string): boolean {
  for (const quotes of ['"""', "'''"]) if (value.startsWith(quotes)) return !value.slice(3).includes(quotes);
  const bare = value.replace(/"(?:\\.|[^"\\\n])*"|'[^'\n]*'/g, '').replace(/#.*$/gm, '');
  return (bare.match(/[[{]/g)?.length ?? 0) > (bare.match(/[\]}]/g)?.length ?? 0);
}
