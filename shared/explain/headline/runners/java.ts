/**
 * An exception that ended a Java program: `Exception in thread "main" java.lang.IllegalStateException: …` and its stack.
 * https://docs.oracle.com/javase/specs/jls/se21/html/jls-11.html
 */
import { type Finding, firstMatch, lastMatch, type Output } from '../finding.ts';
import { ownJvmFrame } from '../stack.ts';

const header = /^Exception in thread "[^"]{1,200}" (\S.*)$/;
const trace = /^(?:\s+at |\s+\.\.\. \d|Caused by: )/;
/** Lines of a stack. */
const stackLines = 200;

export function java({ lines }: Output): Finding | null {
  const start = lastMatch(lines, header);
  if (start < 0) return null;
  const end = Math.min(lines.length, start + stackLines);
  const first = firstMatch(lines, trace, start + 1, end);
  if (first < 0) return null;
  let at = first;
  while (at + 1 < end && trace.test(lines[at + 1] ?? '')) at += 1;
  const [, text = ''] = header.exec(lines[start] ?? '') ?? [];
  return { text, place: ownJvmFrame(lines, first, at + 1), at };
}
