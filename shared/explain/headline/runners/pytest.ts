/**
 * pytest. The last line counts the tests: `== 1 failed, 1 passed in 0.02s ==`, without `=` when quiet. Before it are the
 * failed tests under `short test summary info`, and before these their tracebacks.
 * https://docs.pytest.org/en/stable/how-to/output.html
 */
import { type Finding, firstMatch, lastMatch, type Output, type Place, placeAt, withNames } from '../finding.ts';
import { isOwnFile } from '../ownCode.ts';

const summary =
  /^(?:=+ )?((?:no tests ran|\d{1,9} [a-z]+(?:, \d{1,9} [a-z]+){0,9})) in \d{1,9}(?:\.\d{1,9})?s(?: \([\d:]{1,20}\))?(?: =+)?$/;
const sections = [/^=+ FAILURES =+$/, /^=+ ERRORS =+$/];
const block = /^_{2,} (?:ERROR (?:at \w+ of|collecting) )?(\S.*?) _{2,}$/;
const failedTest = /^(FAILED|ERROR) (\S+)(?: - .*)?$/;
const usage = /^ERROR: (?!usage)(\S.*)$/;
/** `test_shop.py:9: AssertionError`, `test_shop.py:9: in test_discount`, `test_shop.py:9:` */
const frame = /^([^\s:][^:]{0,500}\.pyx?):(\d{1,9}):(?: |$)/;
const nativeFrame = /^(?:E\s{1,10})?\s{0,10}File "([^"]{1,500})", line (\d{1,9})/;
/** Frames that are read after the heading of a failure. */
const blockLength = 1_000;

export function pytest({ lines, exitCode }: Output): Finding | null {
  const at = lastMatch(lines, summary);
  if (at < 0) return null;
  const counts = summary.exec(lines[at] ?? '')?.[1] ?? '';
  const [usageLine] = lines.slice(at + 1, at + 3).flatMap((line) => usage.exec(line)?.[1] ?? []);
  if (/^no tests ran$|^\d+ deselected$/.test(counts)) {
    if (usageLine !== undefined) return { text: usageLine, place: null, at: at + 1 };
    return exitCode === noTests
      ? { text: withNames('no tests ran', counts.match(/\d+ deselected/) ?? []), place: null, at }
      : null;
  }
  if (!/\b(?:failed|errors?)\b/.test(counts)) return null;
  const start = Math.max(0, lastMatch(lines, /^(?:=+ test session starts =+|bringing up nodes\.\.\.)$/, at));
  const names = failedNames(lines, start, at);
  const broken = collectionError(lines, start, at, counts);
  const shown = counts.split(', ').filter((count) => /failed|error|passed|skipped/.test(count));
  return { text: withNames(shown.join(', '), broken ?? names), place: firstPlace(lines, start, at), at };
}

/** Exit status if no tests were collected. */
const noTests = 5;

/** Names of failed tests, from the short summary or from the headings of the tracebacks. */
function failedNames(lines: readonly string[], start: number, end: number): string[] {
  const listed = matches(lines, failedTest, start, end).map(([, , id = '']) => id.split('::').at(-1) ?? id);
  return listed.length > 0 ? listed : matches(lines, block, start, end).map(([, name = '']) => name);
}

/** The error of a module that could not be imported, if nothing else went wrong. */
function collectionError(lines: readonly string[], start: number, end: number, counts: string): string[] | null {
  if (!/^1 error(?:$|,)/.test(counts) || firstMatch(lines, /^_{2,} ERROR collecting /, start, end) < 0) return null;
  const error = lastMatch(lines.slice(start, end), /^E {3}[A-Z]\w*(?:Error|Exception)\b/);
  return error < 0 ? null : [(lines[start + error] ?? '').replace(/^E\s+/, '')];
}

/** The innermost own frame of the first failure that has one. Failed tests come before errors, as in the summary. */
function firstPlace(lines: readonly string[], start: number, end: number): Place | null {
  const from = sections.map((section) => firstMatch(lines, section, start, end)).find((index) => index >= 0);
  if (from === undefined) return null;
  // With `--tb=line`, failures have no headings, and one place each.
  const hasHeadings = block.test(lines[from + 1] ?? '');
  let place: Place | null = null;
  for (let index = from + 1; index < Math.min(end, from + blockLength); index += 1) {
    const line = lines[index] ?? '';
    const isHeading = block.test(line) || /^=+ (?:short test summary|FAILURES|warnings)/.test(line);
    if (isHeading && place !== null) return place;
    const [, file = '', number] = frame.exec(line) ?? nativeFrame.exec(line) ?? [];
    if (file !== '' && isOwnFile(file)) place = placeAt(file, number) ?? place;
    if (place !== null && !hasHeadings) return place;
  }
  return place;
}

function matches(lines: readonly string[], pattern: RegExp, start: number, end: number): RegExpExecArray[] {
  return lines.slice(start, end).flatMap((line) => {
    const match = pattern.exec(line);
    return match === null ? [] : [match];
  });
}
