/**
 * An exception that ended a Python program: `Traceback (most recent call last):`, frames, and a line with the exception.
 * Also an exception group, whose lines begin with `|`, and a syntax error, which has no first line.
 * https://docs.python.org/3/library/traceback.html
 */
import { type Finding, lastMatch, type Output, type Place, placeAt } from '../finding.ts';
import { isOwnFile } from '../ownCode.ts';

const header = /^(?: {2}\+ Exception Group )?Traceback \(most recent call last\):$/;
const frame = /^ {2}File "([^"]{1,500})", line (\d{1,9})/;
const exception = /^(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:: .*)?$/;
const syntaxError = /^(?:SyntaxError|IndentationError|TabError): /;
/** Logging prints its own line before the traceback of an exception that the program handles. */
const logged = /\b(?:WARNING|WARN|ERROR|CRITICAL)\b/;
/** Lines of a traceback. */
const traceLength = 400;
/** What Python exits with after an exception. */
const uncaughtStatus = 1;

export function python({ lines, exitCode }: Output): Finding | null {
  const start = lastMatch(lines, header);
  const found = start < 0 ? null : tracebackAt(lines, start);
  const syntax = syntaxErrorAfter(lines, found?.at ?? -1);
  if (syntax !== null) return syntax;
  if (found === null || found.text.startsWith('KeyboardInterrupt')) return null;
  // Output that Python buffered follows the traceback, so only its exit status shows that the exception ended it.
  const isLast = lines
    .slice(found.at + 1)
    .every((line) => line === '' || /^\s|^\w+(?:\[\d+\])?: \*\*\*|^npm /.test(line));
  const mayBeHandled = exitCode !== uncaughtStatus || logged.test(lines[start - 1] ?? '');
  return mayBeHandled && !isLast ? null : found;
}

/** The traceback whose first line is at `start`; null if it has no exception. */
export function tracebackAt(lines: readonly string[], start: number): Finding | null {
  const isGroup = lines[start]?.startsWith('  +') === true;
  let place: Place | null = null;
  let code = '';
  for (let index = start + 1; index < Math.min(lines.length, start + traceLength); index += 1) {
    const raw = lines[index] ?? '';
    const line = isGroup ? raw.replace(/^ {2}\| ?/, '') : raw;
    const [, file = '', number] = frame.exec(line) ?? [];
    if (file !== '') {
      code = (lines[index + 1] ?? '').replace(/^ {2}\|/, '').trim();
      if (isOwnFile(file)) place = placeAt(file, number) ?? place;
    } else if (line !== '' && !line.startsWith(' ')) {
      if (!exception.test(line)) return null;
      // An assertion without a message says nothing, but its source does.
      const isBare = line === 'AssertionError' && code.startsWith('assert ');
      const more = line.endsWith(':') ? ` ${(lines[index + 1] ?? '').trim()}` : '';
      return { text: isBare ? `${line}: ${code}` : `${line}${more}`.trimEnd(), place, at: index };
    }
  }
  return null;
}

/** `  File "a.py", line 1`, the source, a caret, and `SyntaxError: …`, if it comes after `after`. */
function syntaxErrorAfter(lines: readonly string[], after: number): Finding | null {
  const at = lastMatch(lines, syntaxError);
  if (at <= after) return null;
  const [, file, number] =
    frame.exec(lines.slice(Math.max(0, at - 4), at).find((line) => frame.test(line)) ?? '') ?? [];
  const place = placeAt(file, number);
  return place === null ? null : { text: lines[at] ?? '', place: isOwnFile(place.file) ? place : null, at };
}
