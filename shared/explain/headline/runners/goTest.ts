/**
 * go test: `--- FAIL: TestDiscount (0.00s)`, with its messages as `    shop_test.go:15: …`, and `FAIL` at the end. Files
 * are named without their folder, so it is derived from the package. https://pkg.go.dev/cmd/go#hdr-Test_packages
 */
import { type Finding, firstMatch, lastMatch, type Output, placeAt, withNames } from '../finding.ts';
import { goPanic } from './go.ts';

const failed = /^\s{0,40}--- FAIL: (\S+) \(\d/;
const message = /^\s{1,60}([\w.-]+\.go):(\d{1,9}): ?(.*)$/;
const testEdge = /^\s{0,40}(?:--- |=== )/;
const packageLine = /^(?:FAIL|ok {2}|\? {3})\t(\S+)/;
const failedPackage = /^FAIL\t(\S+)/;

export function goTest(output: Output): Finding | null {
  const { lines } = output;
  const at = lastMatch(lines, /^FAIL(?:\t\S+.*)?$/);
  const tests = [...lines.keys()].filter((index) => failed.test(lines[index] ?? ''));
  if (at < 0 || tests.length === 0) return null;
  const names = tests.map((index) => failed.exec(lines[index] ?? '')?.[1] ?? '');
  // A test fails with its subtests, which name the cause.
  const causes = tests.filter((_, index) => !names.some((name) => name.startsWith(`${names[index]}/`)));
  const [first = 0] = causes;
  const cause = messageAt(lines, first);
  const panic = goPanic(output);
  if (panic !== null && cause < 0) return { ...panic, text: `FAIL: ${names[0]}: ${panic.text}`, at };
  const [, file = '', line, text = ''] = message.exec(lines[cause] ?? '') ?? [];
  const folder = folderOf(lines, first, output.commandLine);
  const place = placeAt(file && folder + file, line);
  const shown = causes.map((index) => failed.exec(lines[index] ?? '')?.[1] ?? '');
  const said = text.trim() || testifyError(lines, cause);
  return { text: causes.length === 1 && said ? `FAIL: ${shown[0]}: ${said}` : withNames('FAIL', shown), place, at };
}

/** The first message of a test: after its result or, with `-v`, before it. */
function messageAt(lines: readonly string[], test: number): number {
  const after = firstMatch(lines, testEdge, test + 1);
  const below = firstMatch(lines, message, test + 1, after < 0 ? lines.length : after);
  if (below >= 0) return below;
  return lastMatch(lines, message, test);
}

/** Testify prints the error on a line of its own. */
function testifyError(lines: readonly string[], from: number): string {
  const at = from < 0 ? -1 : firstMatch(lines, /^\s+Error: {1,20}\t/, from, from + 8);
  return (lines[at] ?? '').replace(/^\s+Error:\s+/, '');
}

/** Folder of the package that the test belongs to, such as `panics/`, as far as it is known. */
function folderOf(lines: readonly string[], test: number, commandLine: string): string {
  const own = lines[firstMatch(lines, failedPackage, test)];
  const [, path = ''] = failedPackage.exec(own ?? '') ?? [];
  const all = lines.flatMap((line) => packageLine.exec(line)?.[1] ?? []);
  const [, only] = /\s\.\/([\w./-]*\w)\/?(?=\s|$)/.exec(commandLine) ?? [];
  if (all.length < 2) return only === undefined || only.endsWith('...') ? '' : `${only}/`;
  const root = commonRoot(all);
  return path.length > root.length ? `${path.slice(root.length + 1)}/` : '';
}

/** The import path that all of these begin with. */
function commonRoot(paths: readonly string[]): string {
  const split = paths.map((path) => path.split('/'));
  const [first = []] = split;
  const length = first.findIndex((part, index) => split.some((other) => other[index] !== part));
  return (length < 0 ? first : first.slice(0, length)).join('/');
}
