/** Where in the sources the last error of a log happened, as far as the log tells. */
import { findReferences, type Reference } from './references.ts';
import { tellsOfError } from './sections.ts';

/** An error and the places that are told with it, the likeliest first. */
export interface Problem {
  /** The line of the log that tells of it, from 0, and what it says. */
  readonly line: number;
  readonly message: string;
  readonly references: readonly Reference[];
}

/** Lines before and after an error that may belong to it. */
const reach = 40;
/** Errors looked at, from the last one up. */
const problemLimit = 50;

/** The errors that come with places, the last one first. Offsets of references are those in their own line. */
export function* lastProblems(lines: readonly string[]): Generator<Problem, void, undefined> {
  let found = 0;
  for (let line = lines.length - 1; line >= 0 && found < problemLimit; line -= 1) {
    const message = lines[line] ?? '';
    if (!tellsOfError(message)) continue;
    const references = placesOf(lines, line);
    if (references.length === 0) continue;
    found += 1;
    yield { line, message: message.trim(), references };
  }
}

/** In the line itself, else below it (a stack, a snippet of code), else above it (a Python traceback). */
function placesOf(lines: readonly string[], line: number): Reference[] {
  const own = findReferences(lines[line] ?? '');
  if (own.length > 0) return own;
  const below = collect(lines, line, 1);
  // A traceback has the innermost call last, right above the error.
  return byNearness(below.length > 0 ? below : collect(lines, line, -1));
}

function collect(lines: readonly string[], from: number, step: 1 | -1): Reference[] {
  const found: Reference[] = [];
  for (let distance = 1; distance <= reach; distance += 1) {
    const text = lines[from + step * distance];
    if (text === undefined || tellsOfError(text)) break;
    // What comes after a gap is another story, unless nothing was told before it.
    if (text.trim() === '' && found.length > 0) break;
    const here = findReferences(text);
    found.push(...here);
  }
  return found;
}

/** What others wrote is rarely what is to be mended: it comes last. */
function byNearness(references: readonly Reference[]): Reference[] {
  const foreign = (reference: Reference) =>
    /(?:^|[\\/])(?:node_modules|site-packages|dist-packages|\.cargo|rustc|vendor|jdk\.internal)[\\/]|^node:|^<|[\\/]lib[\\/]python\d/.test(
      reference.file,
    );
  return [...references.filter((one) => !foreign(one)), ...references.filter(foreign)];
}
