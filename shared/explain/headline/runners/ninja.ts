/**
 * Ninja: `FAILED: app.o`, then the command and its output, which usually names the error itself.
 * https://ninja-build.org/manual.html
 */
import { type Finding, firstMatch, lastMatch, type Output } from '../finding.ts';

export function ninja({ lines }: Output): Finding | null {
  const at = lastMatch(lines, /^ninja: (?:error|fatal): \S/);
  if (at >= 0) return { text: lines[at] ?? '', place: null, at };
  const stopped = lastMatch(lines, /^ninja: build stopped: /);
  const first = stopped < 0 ? -1 : firstMatch(lines, /^FAILED: \S/, 0, stopped);
  return first < 0 ? null : { text: (lines[first] ?? '').trim(), place: null, at: first };
}
