/**
 * Puts values into a shell command line so that each stays one word, whatever its characters.
 *
 * For a POSIX shell, a value with special characters never becomes part of the line. It is assigned to a variable before
 * it, in single quotes, and the line refers to that variable. How the line quotes its placeholders therefore decides only
 * how the reference is written, never whether a value is run. cmd.exe expands variables before it parses a line, so
 * there a value is put in double quotes, and refused if it has characters that these don't protect.
 */
import type { JobdeckError } from '../errors.ts';
import { type LineItem, type Place, placesIn } from './shellPlaces.ts';

/** A value in a line. */
export interface LineValue {
  /** Identifies the value, such as `input_target`. */
  name: string;
  value: string;
  /** The error if the value can't be quoted. */
  refuse(): JobdeckError;
}

/** A line in parts: text as it is, and values. */
export type LinePart = string | LineValue;

/** The line for a POSIX shell. */
export function posixLine(parts: readonly LinePart[]): string {
  const items = parts.flatMap((part): LineItem[] => (typeof part === 'string' ? part.split('') : [null]));
  const places = placesIn(items)[Symbol.iterator]();
  const variables = new Variables();
  let line = '';
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'string') {
      line += part;
      continue;
    }
    const place: Place = places.next().value ?? { kind: 'word', command: true, escaped: false };
    const next = parts[index + 1];
    const isBeforeRedirect = typeof next === 'string' && /^[<>]/.test(next);
    const inline = isInline(part.value, place, isBeforeRedirect);
    if (place.escaped && place.kind === 'word') line = line.slice(0, -1);
    else if (place.escaped && !inline) line += '\\';
    line += inline ? part.value : reference(part, place, variables);
  }
  return variables.assignments() + line;
}

/** Characters without a meaning for any shell, wherever they stand. */
const plain = /^[\w./:=@%+-]+$/;
const reserved = /^(case|coproc|do|done|elif|else|esac|fi|for|function|if|in|select|then|time|until|while)$/;

/** Whether a value can stand in the line as it is, which keeps usual lines readable. */
function isInline(value: string, { kind, command, delimiter }: Place, isBeforeRedirect: boolean): boolean {
  if (!plain.test(value) || (command && value.includes('='))) return false;
  if (kind === 'word') return !reserved.test(value) && !(isBeforeRedirect && /^\d+$/.test(value));
  return delimiter?.includes(value) !== true;
}

function reference({ name, value, refuse }: LineValue, { kind }: Place, variables: Variables): string {
  switch (kind) {
    case 'word':
      return `"\${${variables.of(name, value)}}"`;
    case 'single':
      return `'"\${${variables.of(name, value)}}"'`;
    case 'ansi':
      return `'"\${${variables.of(name, value)}}"$'`;
    case 'double':
    case 'heredoc':
    case 'comment':
      return `\${${variables.of(name, value)}}`;
    default:
      throw refuse();
  }
}

/** Variables of the shell, which it does not export. */
class Variables {
  readonly #values = new Map<string, string>();

  /** The name of the variable with a value. */
  of(name: string, value: string): string {
    const wanted = `jobdeck_${name.replace(/\W/g, '_')}`;
    for (let number = 1; ; number += 1) {
      const variable = number === 1 ? wanted : `${wanted}_${number}`;
      const before = this.#values.get(variable);
      if (before !== undefined && before !== value) continue;
      this.#values.set(variable, value);
      return variable;
    }
  }

  assignments(): string {
    return [...this.#values].map(([name, value]) => `${name}=${singleQuoted(value)}; `).join('');
  }
}

/** A backfill would replace `${range.` in a value, too, so it is split. */
function singleQuoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''").replaceAll('${range.', () => `$'"{"'range.`)}'`;
}

/** Characters that cmd.exe and programs read literally, in quotes or not. */
const plainForCmd = /^[\w.:@+\\/-]+$/;

/** The line for cmd.exe. */
export function cmdLine(parts: readonly LinePart[]): string {
  let line = '';
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'string') {
      line += part;
      continue;
    }
    const { value } = part;
    if (/["%\r\n\0]/.test(value)) throw part.refuse();
    const next = parts[index + 1] ?? '';
    const isBeforeQuote = typeof next === 'string' && next.startsWith('"');
    const isBeforeRedirect = typeof next === 'string' && /^[<>]/.test(next);
    if (isQuoted(line)) {
      line += isBeforeQuote ? withBackslashes(value) : value;
      continue;
    }
    // A caret would quote the quote.
    if (/(^|[^^])(\^\^)*\^$/.test(line)) line = line.slice(0, -1);
    const isPlain = plainForCmd.test(value) && !(isBeforeRedirect && /^\d$/.test(value));
    line += isPlain ? value : `"${withBackslashes(value)}"`;
  }
  return line;
}

/** Whether the end of a line is in double quotes. A caret before a quote outside of quotes makes it an ordinary character. */
function isQuoted(line: string): boolean {
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (char === '^' && !quoted) at += 1;
    else if (char === '"') quoted = !quoted;
    else if (char === '\n') quoted = false;
  }
  return quoted;
}

/** Programs read a backslash before a quote as part of the value only if it is doubled. */
function withBackslashes(value: string): string {
  return value.replace(/\\+$/, '$&$&');
}
