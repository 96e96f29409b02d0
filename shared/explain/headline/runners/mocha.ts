/**
 * mocha’s spec reporter and those based on it: the counts as `  2 failing`, then `  1) suite`, the title of the test on
 * indented lines up to a colon, and the error with its stack. https://mochajs.org/#spec
 */
import { type Finding, lastMatch, type Output, withNames } from '../finding.ts';
import { ownScriptFrame } from '../stack.ts';

const failing = /^ {2}(\d{1,9}) failing$/;
const passing = /^ {2}(\d{1,9}) passing\b/;
const heading = /^ {2}\d{1,9}\) \S/;
/** Lines of a title, one for each level of nesting. */
const titleLines = 20;

export function mocha({ lines }: Output): Finding | null {
  const countsAt = lastMatch(lines, failing);
  if (countsAt < 0) return noTests(lines);
  const headings = [...lines.keys()].slice(countsAt + 1).filter((index) => heading.test(lines[index] ?? ''));
  const [first] = headings;
  if (first === undefined) return null;
  const [, failed = ''] = failing.exec(lines[countsAt] ?? '') ?? [];
  const [, passed = '0'] = passing.exec(lines[lastMatch(lines, passing, countsAt)] ?? '') ?? [];
  const counts = [`${failed} failing`, ...(passed === '0' ? [] : [`${passed} passing`])].join(', ');
  const end = endOf(lines, headings.at(-1) ?? first);
  const place = ownScriptFrame(lines, first, headings[1] ?? end);
  return {
    text: withNames(
      counts,
      headings.map((index) => titleOf(lines, index)),
    ),
    place,
    at: end,
  };
}

function titleOf(lines: readonly string[], from: number): string {
  for (const line of lines.slice(from, from + titleLines)) {
    if (line.trim() === '') return '';
    if (line.endsWith(':')) return line.trim().slice(0, -1);
  }
  return '';
}

/** The last frame of the last failure. */
function endOf(lines: readonly string[], from: number): number {
  return Math.max(from, lastMatch(lines, /^ {6}at /));
}

function noTests(lines: readonly string[]): Finding | null {
  const at = lastMatch(lines, /^Error: No test files found/);
  return at < 0 ? null : { text: lines[at] ?? '', place: null, at };
}
