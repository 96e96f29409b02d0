/**
 * rustc, cargo and panics: `error[E0308]: mismatched types` with ` --> src/main.rs:3:22`, and `thread 'main' panicked at
 * src/main.rs:4:26:`. https://doc.rust-lang.org/rustc/json.html (the same in words)
 */
import { type Finding, firstMatch, lastMatch, type Output, placeAt, withNames } from '../finding.ts';

const error = /^error(?:\[E\d{4}\])?: \S/;
const arrow = /^\s{0,20}--> (\S.*):(\d{1,9}):(\d{1,9})$/;
const conclusion = /^error: (?:could not compile|aborting due to|test failed|\d+ targets? failed)/;
/** Also with the number of the thread; before Rust 1.73 with the message in between. */
const panic = /^thread '[^']{1,200}' (?:\(\d{1,9}\) )?panicked at (?:'(.*)', )?([^\s':]+\.rs):(\d{1,9}):(\d{1,9}):?$/;

/** The first error of the compiler. */
export function rustBuild({ lines }: Output): Finding | null {
  const at = lastMatch(lines, conclusion);
  if (at < 0) return null;
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1] ?? '';
    if (!error.test(line) || conclusion.test(line) || !arrow.test(next)) continue;
    const [, file, number, column] = arrow.exec(next) ?? [];
    return { text: line, place: placeAt(file, number, column), at };
  }
  return null;
}

export function rustPanic({ lines }: Output): Finding | null {
  const at = lastMatch(lines, panic);
  return at < 0 ? null : panicAt(lines, firstMatch(lines, panic), at);
}

/** cargo test: `test result: FAILED. 1 passed; 2 failed; …`, after a list of the failed tests. */
export function cargoTest({ lines }: Output): Finding | null {
  const at = lastMatch(lines, /^test result: FAILED\. /);
  const [, passed = '0', failed = ''] = /(\d{1,9}) passed; (\d{1,9}) failed/.exec(lines[at] ?? '') ?? [];
  if (failed === '') return null;
  const listed = lastMatch(lines, /^failures:$/, at);
  const names = lines.slice(listed + 1, at).flatMap((line) => /^ {4}(\S+)$/.exec(line)?.[1] ?? []);
  const first = firstMatch(lines, panic, Math.max(0, lastMatch(lines, /^running \d+ tests?$/, at)), at);
  const text = withNames(`${failed} failed, ${passed} passed`, names);
  return { text, place: first < 0 ? null : (panicAt(lines, first, at)?.place ?? null), at };
}

function panicAt(lines: readonly string[], index: number, at: number): Finding | null {
  const [, quoted, file, line, column] = panic.exec(lines[index] ?? '') ?? [];
  const message = quoted ?? (lines[index + 1] ?? '').trim();
  return message === '' ? null : { text: `panicked: ${message}`, place: placeAt(file, line, column), at };
}
