/**
 * Go’s compiler, vet and panics: `shop/a.go:3:8: "os" imported and not used`, and `panic: …` followed by the stacks of
 * goroutines. https://pkg.go.dev/cmd/go
 */
import { type Finding, firstMatch, lastMatch, type Output, type Place, placeAt } from '../finding.ts';
import { isOwnFile } from '../ownCode.ts';

const problem = /^(?:vet: )?([^\s:]+\.go):(\d{1,9}):(\d{1,9}): (\S.*)$/;
const panic = /^(?:panic|fatal error): \S/;
const goroutine = /^goroutine \d{1,9} (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[/;
const frame = /^\t([^\t:]+\.go):(\d{1,9})(?: \+0x[0-9a-f]+)?$/;
/** Lines between a panic and its stack, and lines of the stack. */
const [messageLines, stackLines] = [20, 100];

/** The first error of the compiler or of vet. */
export function goBuild({ lines }: Output): Finding | null {
  const at = lastMatch(lines, problem);
  if (at < 0) return null;
  const [, file, line, column, text = ''] = problem.exec(lines[firstMatch(lines, problem)] ?? '') ?? [];
  return { text, place: placeAt(file, line, column), at };
}

export function goPanic({ lines }: Output): Finding | null {
  const start = lastMatch(lines, goroutine);
  const at = lastMatch(lines, panic, start);
  if (at < 0) return null;
  const first = firstMatch(lines, goroutine, at, at + messageLines);
  if (first < 0) return null;
  const text = (lines[at] ?? '').replace(/ \[recovered.*$/, '').replace(/^panic: panic: /, 'panic: ');
  return { text, place: ownFrame(lines, first), at: start };
}

function ownFrame(lines: readonly string[], from: number): Place | null {
  for (let index = from; index < Math.min(lines.length, from + stackLines); index += 1) {
    const [, file = '', line] = frame.exec(lines[index] ?? '') ?? [];
    if (file !== '' && isOwnFile(file)) return placeAt(file, line);
  }
  return null;
}
