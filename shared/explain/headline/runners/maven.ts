/**
 * Maven: lines that begin with `[ERROR]`: `file:[line,column] message` of the compiler, and `Tests run: 3, Failures: 1, …`
 * of Surefire below `  ShopTest.discount:15 expected: …`. https://maven.apache.org/surefire/maven-surefire-plugin
 */
import { type Finding, firstMatch, lastMatch, type Output, placeAt, withNames } from '../finding.ts';
import { ownJvmFrame } from '../stack.ts';

const compile = /^\[ERROR\] (\/\S.*|[A-Z]:\\.*):\[(\d{1,9}),(\d{1,9})\] (\S.*)$/;
const counts = /^\[ERROR\] (Tests run: \d{1,9}, Failures: \d{1,9}, Errors: \d{1,9})(?:, Skipped: \d{1,9})?$/;
const failedTest = /^\[ERROR\] {3}(?:\w+ » )?([\w$]+\.[\w$]+)(?:[:»(]|\s)/;
const stackStart = /^\[ERROR\] \S.* <<< (?:FAILURE|ERROR)!$/;
const help = /^\[ERROR\] (?:-> )?\[Help 1\]/;

export function maven({ lines }: Output): Finding | null {
  const at = lastMatch(lines, help);
  if (at < 0) return null;
  const countsAt = lastMatch(lines, counts, at);
  if (countsAt >= 0) {
    const from = lastMatch(lines, /^\[ERROR\] (?:Failures|Errors): ?$/, countsAt);
    const start = Math.min(from, firstMatch(lines, /^\[ERROR\] (?:Failures|Errors): ?$/));
    const names = lines.slice(start + 1, countsAt).flatMap((line) => failedTest.exec(line)?.[1] ?? []);
    const stack = firstMatch(lines, stackStart, 0, countsAt);
    const [, text = ''] = counts.exec(lines[countsAt] ?? '') ?? [];
    return { text: withNames(text, names), place: stack < 0 ? null : ownJvmFrame(lines, stack, countsAt), at };
  }
  const [, file, line, column, text = ''] = compile.exec(lines[firstMatch(lines, compile)] ?? '') ?? [];
  if (text !== '') return { text, place: placeAt(file, line, column), at };
  const first = firstMatch(lines, /^\[ERROR\] \S/);
  const said = (lines[first] ?? '').replace(/^\[ERROR\] /, '').replace(/ -> \[Help 1\]$/, '');
  return { text: said, place: null, at };
}
