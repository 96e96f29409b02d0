/**
 * Gradle: `FAILURE: Build failed with an exception.` with `* What went wrong:`, after the failed tests (`ShopTest >
 * discount() FAILED`), the errors of javac, and those of Kotlin (`e: file:///a.kt:3:5 …`).
 * https://docs.gradle.org/current/userguide/logging.html, https://docs.gradle.org/current/userguide/java_testing.html
 */
import { type Finding, firstMatch, lastMatch, type Output, placeAt, withNames } from '../finding.ts';
import { ownJvmFrame } from '../stack.ts';
import { compiler } from './compiler.ts';

const failure = /^FAILURE: Build (?:failed with an exception|completed with \d+ failures)\.$/;
const counts = /^\d{1,9} tests? completed, \d{1,9} failed/;
const failedTest = /^(\S.* > \S.*) FAILED$/;
const kotlin = /^e: (?:file:\/\/)?(\/[^:]+):(?:(\d{1,9}):(\d{1,9})| \((\d{1,9}), (\d{1,9})\)):? (\S.*)$/;
/** Lines of the stack of a failed test. */
const stackLines = 50;

export function gradle(output: Output): Finding | null {
  const { lines } = output;
  const at = lastMatch(lines, failure);
  if (at < 0) return null;
  const countsAt = lastMatch(lines, counts, at);
  const tests = [...lines.keys()].slice(0, at).filter((index) => failedTest.test(lines[index] ?? ''));
  const [first] = tests;
  if (countsAt >= 0 && first !== undefined) {
    const names = tests.map((index) => failedTest.exec(lines[index] ?? '')?.[1] ?? '');
    const place = ownJvmFrame(lines, first, Math.min(tests[1] ?? at, first + stackLines));
    return { text: withNames((lines[countsAt] ?? '').replace(/, 0 skipped$/, ''), names), place, at };
  }
  return compileError(output, at) ?? cause(lines, at);
}

function compileError({ lines, ...output }: Output, at: number): Finding | null {
  const [, file, line, column, oldLine, oldColumn, text = ''] =
    kotlin.exec(lines[firstMatch(lines, kotlin, 0, at)] ?? '') ?? [];
  if (text !== '') return { text, place: placeAt(file, line ?? oldLine, column ?? oldColumn), at };
  const found = compiler({ ...output, lines: lines.slice(0, at) });
  return found && { ...found, at };
}

/** The first line of what went wrong, and the reason below it. */
function cause(lines: readonly string[], at: number): Finding | null {
  const heading = firstMatch(lines, /^\* What went wrong:$/, at, at + 20);
  if (heading < 0) return null;
  const [first = '', second = ''] = lines.slice(heading + 1, heading + 3);
  const reason = second.startsWith('> ') ? second.slice(2) : '';
  return { text: [first.replace(/\.$/, ''), reason].filter(Boolean).join(': '), place: null, at: heading };
}
