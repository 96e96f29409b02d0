/**
 * Vitest: ` FAIL  file > suite > test` with the error and ` ❯ file:line:column`, and the counts at the end as
 * `Tests  1 failed | 1 passed (2)`. https://vitest.dev/guide/reporters
 */
import { type Finding, firstMatch, lastMatch, type Output, type Place, placeAt, withNames } from '../finding.ts';
import { isOwnFile } from '../ownCode.ts';

const files = /^ Test Files {2}(?:.*\b)?\d{1,9} failed\b/;
const tests = /^ {6}Tests {2}(\S.*)$/;
const heading = /^ FAIL {2}(\S.*)$/;
const frame = /^ ❯ (?:\S.* )?([^\s:][^:]{0,500}):(\d{1,9}):(\d{1,9})$/;

export function vitest({ lines }: Output): Finding | null {
  const filesAt = lastMatch(lines, /^ Test Files {2}/);
  if (filesAt < 0) return noTests(lines);
  const at = firstMatch(lines, tests, filesAt, filesAt + 3);
  if (at < 0) return null;
  const result = (tests.exec(lines[at] ?? '')?.[1] ?? '').replace(/ \(\d+\)$/, '');
  const counts = result.split(' | ').filter((count) => /^\d+ (?:failed|passed|skipped)$/.test(count));
  const hasFailed = counts.some((count) => count.endsWith('failed'));
  if (!hasFailed && !files.test(lines[filesAt] ?? '')) return null;
  const headings = [...lines.entries()].slice(0, filesAt).filter(([, line]) => heading.test(line));
  // Files that could not be loaded come first.
  const position = headings.findIndex(([, line]) => !hasFailed || line.includes(' > '));
  const first = headings[position];
  const second = headings[position + 1];
  const place = first === undefined ? null : placeOf(lines, first[0], second?.[0] ?? filesAt);
  if (!hasFailed) {
    const error = first === undefined ? '' : (lines[first[0] + 1] ?? '');
    return error === '' ? null : { text: error, place, at };
  }
  // `file > suite > test`; a file that could not be loaded has no tests.
  const names = headings.map(([, line]) => (heading.exec(line)?.[1] ?? '').split(' > ').slice(1).join(' > '));
  return { text: withNames(counts.join(', '), names), place, at };
}

function placeOf(lines: readonly string[], from: number, to: number): Place | null {
  for (let index = from; index < to; index += 1) {
    const [, file = '', line, column] = frame.exec(lines[index] ?? '') ?? [];
    if (file !== '' && isOwnFile(file)) return placeAt(file, line, column);
  }
  return null;
}

function noTests(lines: readonly string[]): Finding | null {
  const at = lastMatch(lines, /^No test files found, exiting with code 1$/);
  return at < 0 ? null : { text: 'No test files found', place: null, at };
}
