/**
 * TypeScript’s compiler: `a.ts(5,32): error TS2345: …`, `a.ts:5:32 - error TS2345: …` (pretty), or without a place.
 * https://www.typescriptlang.org/tsconfig#pretty
 */
import { type Finding, firstMatch, lastMatch, type Output, placeAt } from '../finding.ts';

const problem = /^(?:(\S.*?)(?:\((\d{1,9}),(\d{1,9})\):|:(\d{1,9}):(\d{1,9}) -) )?(error TS\d{1,6}: .+)$/;
const summary = /^Found \d{1,9} errors?(?: in |\.)/;

/** The first error. */
export function typescript({ lines }: Output): Finding | null {
  const last = lastMatch(lines, problem);
  if (last < 0) return null;
  const [, file, line, column, prettyLine, prettyColumn, text = ''] =
    problem.exec(lines[firstMatch(lines, problem)] ?? '') ?? [];
  const at = Math.max(last, firstMatch(lines, summary, last));
  return { text, place: placeAt(file, line ?? prettyLine, column ?? prettyColumn), at };
}
