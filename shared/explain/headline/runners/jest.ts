/**
 * jest: `● suite › test` with the error and its stack, and the counts at the end as `Tests:  1 failed, 1 passed, 2 total`.
 * https://jestjs.io/docs/cli
 */
import { type Finding, firstMatch, lastMatch, type Output, type Place, placeAt, withNames } from '../finding.ts';
import { ownScriptFrame } from '../stack.ts';

const tests = /^Tests: {1,20}(\d{1,9} [a-z].*)$/;
const suites = /^Test Suites: (\d{1,9}) failed/;
const heading = /^ {2}● (\S.*)$/;
const brokenSuite = 'Test suite failed to run';
/** `src/a.ts:3:5 - error TS2322: …` of ts-jest */
const typeError = /^\s*([^\s:]+):(\d{1,9}):(\d{1,9}) - error /;

export function jest({ lines }: Output): Finding | null {
  const at = lastMatch(lines, tests);
  const suitesAt = lastMatch(lines, /^Test Suites: /, at);
  if (at < 0 || suitesAt < 0) return noTests(lines);
  const counts = (tests.exec(lines[at] ?? '')?.[1] ?? '')
    .split(', ')
    .filter((count) => /failed|passed|skipped/.test(count));
  const hasFailed = counts.some((count) => count.endsWith('failed'));
  if (!hasFailed && !suites.test(lines[suitesAt] ?? '')) return null;
  const headings = [...lines.entries()].slice(0, suitesAt).filter(([, line]) => heading.test(line));
  const position = headings.findIndex(([, line]) => !hasFailed || !line.endsWith(brokenSuite));
  const first = headings[position];
  const end = headings[position + 1]?.[0] ?? suitesAt;
  const place = first === undefined ? null : placeOf(lines, first[0], end);
  if (!hasFailed) {
    const message = first === undefined ? '' : messageOf(lines, first[0] + 1, end);
    return { text: [brokenSuite, message].filter(Boolean).join(': '), place, at };
  }
  const names = headings.map(([, line]) => heading.exec(line)?.[1] ?? '').filter((name) => name !== brokenSuite);
  return { text: withNames(counts.join(', '), names), place, at };
}

function placeOf(lines: readonly string[], from: number, to: number): Place | null {
  const [, file, line, column] = typeError.exec(lines[firstMatch(lines, typeError, from, to)] ?? '') ?? [];
  return placeAt(file, line, column) ?? ownScriptFrame(lines, from, to);
}

/** The first line of the message, or the syntax error that a long explanation ends with. */
function messageOf(lines: readonly string[], from: number, to: number): string {
  const syntax = firstMatch(lines, /^\s+SyntaxError: /, from, to);
  return (lines[syntax < 0 ? firstMatch(lines, /\S/, from, to) : syntax] ?? '').trim();
}

function noTests(lines: readonly string[]): Finding | null {
  const at = lastMatch(lines, /^No tests found, exiting with code 1$/);
  return at < 0 ? null : { text: 'No tests found', place: null, at };
}
