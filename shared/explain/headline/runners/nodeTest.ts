/**
 * Node’s own test runner: `✖ failing tests:` with the place and the error of each test after the counts (`spec`), or
 * `not ok` with its `location` (TAP). https://nodejs.org/api/test.html#test-reporters
 */
import { type Finding, lastMatch, type Output, placeAt, withNames } from '../finding.ts';
import { ownScriptFrame } from '../stack.ts';

const failed = /^(?:ℹ|#) fail (\d{1,9})$/;
const passed = /^(?:ℹ|#) pass (\d{1,9})$/;
const specTest = /^✖ (\S.*?)(?: \(\d[\d.]*ms\))?$/;
const specPlace = /^test at (\S.*):(\d{1,9}):(\d{1,9})$/;
const tapTest = /^\s*not ok \d{1,9} - (\S.*)$/;
const tapPlace = /^\s*location: '(\S.*):(\d{1,9}):(\d{1,9})'$/;

export function nodeTest({ lines }: Output): Finding | null {
  const failedAt = lastMatch(lines, failed);
  const passedAt = lastMatch(lines, passed, failedAt);
  const [, count = '0'] = failed.exec(lines[failedAt] ?? '') ?? [];
  const [, passes = '0'] = passed.exec(lines[passedAt] ?? '') ?? [];
  if (failedAt < 0 || passedAt < 0 || count === '0') return null;
  const text = `${count} failed, ${passes} passed`;
  const listed = lastMatch(lines, /^✖ failing tests:$/);
  return listed > failedAt ? spec(lines, text, listed) : tap(lines, text, failedAt);
}

function spec(lines: readonly string[], counts: string, from: number): Finding {
  const places = [...lines.keys()].slice(from).filter((index) => specPlace.test(lines[index] ?? ''));
  const [first = lines.length] = places;
  const [, file, line, column] = specPlace.exec(lines[first] ?? '') ?? [];
  const place = ownScriptFrame(lines, first, places[1] ?? lines.length) ?? placeAt(file, line, column);
  const names = places.map((index) => specTest.exec(lines[index + 1] ?? '')?.[1] ?? '');
  return { text: withNames(counts, names), place, at: lines.length - 1 };
}

/** Suites fail with their tests, and are listed after them. */
function tap(lines: readonly string[], counts: string, at: number): Finding {
  const tests = [...lines.entries()].slice(0, at).flatMap(([index, line]) => {
    const [, name = ''] = tapTest.exec(line) ?? [];
    const about = lines.slice(index + 1, index + 10);
    if (name === '' || about.some((one) => /^\s*type: 'suite'$/.test(one))) return [];
    return [{ name, location: about.find((one) => tapPlace.test(one)) ?? '' }];
  });
  const [, file, line, column] = tapPlace.exec(tests[0]?.location ?? '') ?? [];
  return {
    text: withNames(
      counts,
      tests.map(({ name }) => name),
    ),
    place: placeAt(file, line, column),
    at,
  };
}
