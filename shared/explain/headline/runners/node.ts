/**
 * An error that ended a Node.js program: the place, the source line with a caret, the error with its stack, and
 * `Node.js v22.1.0` at the end. https://nodejs.org/api/process.html#event-uncaughtexception
 */
import { type Finding, lastMatch, type Output, placeAt } from '../finding.ts';
import { isOwnFile } from '../ownCode.ts';
import { ownScriptFrame } from '../stack.ts';

const version = /^Node\.js v\d{1,3}\.\d/;
const caret = /^\s*(?:\^|~){1,500}\s*$/;
const location = /^(?:file:\/\/)?(\S.*):(\d{1,9})$/;
/** Lines of an error, including its properties. */
const reach = 300;

export function node({ lines }: Output): Finding | null {
  const at = lastMatch(lines, version);
  if (at < 0) return null;
  const floor = Math.max(0, at - reach);
  // The first caret under a location: later ones may be part of the message.
  let caretAt = -1;
  for (let index = floor; index < at && caretAt < 0; index += 1) {
    const isSource = caret.test(lines[index] ?? '') && location.test(lines[index - 2] ?? '');
    if (isSource && lastMatch(lines, version, at - 1) < index) caretAt = index;
  }
  if (caretAt < 0) return null;
  const message = lines.findIndex((line, index) => index > caretAt && line.trim() !== '');
  if (message < 0 || message >= at) return null;
  const [, file = '', line] = location.exec(lines[caretAt - 2] ?? '') ?? [];
  const place = ownScriptFrame(lines, message, at) ?? (isOwnFile(file) ? placeAt(file, line) : null);
  return { text: messageOf(lines, message), place, at };
}

/** Assertions name the values on the next line but one. */
function messageOf(lines: readonly string[], at: number): string {
  const text = (lines[at] ?? '').trim();
  if (!text.endsWith(':')) return text;
  const next = (lines[at + 2] ?? '').trim();
  return / !== | == /.test(next) ? `${text} ${next}` : text.slice(0, -1);
}
