/** What a runner finds in output, and the helpers that all runners use. */
import type { Headline } from '../../job.ts';

/** The end of a job's output, as the runners read it. */
export interface Output {
  /** Lines without escape sequences, each of bounded length. */
  readonly lines: readonly string[];
  readonly exitCode: number | null;
  readonly commandLine: string;
}

/** A headline with the line (from 0) that it was last confirmed by. The last finding in the output counts. */
export interface Finding extends Headline {
  readonly at: number;
}

/**
 * Recognizes the output of one program. Null if the program did not run, or did not fail. Output is hostile: a runner
 * reads each line a bounded number of times, with patterns that need only a few passes over it.
 */
export type Runner = (output: Output) => Finding | null;

export type Place = NonNullable<Headline['place']>;

/** A place in a file. Null if a number is missing or 0, as in lines that only look like a place. */
export function placeAt(file: string | undefined, line: string | undefined, column?: string): Place | null {
  const [lineNumber, columnNumber] = [Number(line), Number(column ?? 0)];
  if (!file || !Number.isSafeInteger(lineNumber) || lineNumber < 1) return null;
  return { file, line: lineNumber, column: columnNumber >= 1 ? columnNumber : null };
}

/** Maximum number of names in a headline. */
const shownNames = 3;

/** `head: a, b, c, …` */
export function withNames(head: string, names: readonly string[]): string {
  const unique = [...new Set(names.filter((name) => name !== ''))];
  if (unique.length === 0) return head;
  const shown = unique.slice(0, shownNames).join(', ');
  return `${head}: ${shown}${unique.length > shownNames ? ', …' : ''}`;
}

/** Index of the last line that matches, from `from` backwards; -1 if none. */
export function lastMatch(lines: readonly string[], pattern: RegExp, from = lines.length - 1): number {
  for (let index = Math.min(from, lines.length - 1); index >= 0; index -= 1) {
    if (pattern.test(lines[index] ?? '')) return index;
  }
  return -1;
}

/** Index of the first line that matches in `from` … `to`; -1 if none. `to` is exclusive. */
export function firstMatch(lines: readonly string[], pattern: RegExp, from = 0, to = lines.length): number {
  for (let index = Math.max(0, from); index < Math.min(to, lines.length); index += 1) {
    if (pattern.test(lines[index] ?? '')) return index;
  }
  return -1;
}
