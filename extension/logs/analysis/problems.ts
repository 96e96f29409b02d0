/** Finds the source locations of the last errors in a log. */
import { isErrorLine } from '../../../shared/errorLine.ts';
import { isOwnFile } from '../../../shared/explain/headline/ownCode.ts';
import { findReferences, type Reference } from './references.ts';

/** An error and its source locations, most likely first. */
export interface Problem {
  /** The line of the error in the log (from 0), and its text. */
  readonly line: number;
  readonly message: string;
  readonly references: readonly Reference[];
}

/** Number of lines before and after an error that may belong to it. */
const reach = 40;
/** Maximum number of errors examined, starting with the last. */
const problemLimit = 50;

/** The errors with source locations, last one first. Offsets of references are relative to their line. */
export function* lastProblems(lines: readonly string[]): Generator<Problem, void, undefined> {
  let found = 0;
  for (let line = lines.length - 1; line >= 0 && found < problemLimit; line -= 1) {
    const message = lines[line] ?? '';
    if (!isErrorLine(message)) continue;
    const references = placesOf(lines, line);
    if (references.length === 0) continue;
    found += 1;
    yield { line, message: message.trim(), references };
  }
}

/** References in the line itself, otherwise below it (a stack trace or code snippet), otherwise above it (a Python traceback). */
function placesOf(lines: readonly string[], line: number): Reference[] {
  const own = findReferences(lines[line] ?? '');
  if (own.length > 0) return own;
  const below = collect(lines, line, 1);
  // In a Python traceback, the innermost call is last, right above the error.
  return ownCodeFirst(below.length > 0 ? below : collect(lines, line, -1));
}

function collect(lines: readonly string[], from: number, step: 1 | -1): Reference[] {
  const found: Reference[] = [];
  for (let distance = 1; distance <= reach; distance += 1) {
    const text = lines[from + step * distance];
    if (text === undefined || isErrorLine(text)) break;
    // A blank line after a reference ends the error.
    if (text.trim() === '' && found.length > 0) break;
    found.push(...findReferences(text));
  }
  return found;
}

/** Moves references to third-party code to the end. */
function ownCodeFirst(references: readonly Reference[]): Reference[] {
  const own = (reference: Reference) => isOwnFile(reference.file);
  return [...references.filter(own), ...references.filter((one) => !own(one))];
}
