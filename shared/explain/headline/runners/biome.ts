/**
 * Biome: `a.js:2:7 lint/correctness/noUnusedVariables ━━━`, the message below, and `Found 2 errors.` at the end.
 * https://biomejs.dev/reference/reporters
 */
import { type Finding, firstMatch, lastMatch, type Output, placeAt } from '../finding.ts';

const heading = /^([^\s:][^:]{0,500}?)(?::(\d{1,9}):(\d{1,9}))? (lint\/\S+|parse|format|assist\/\S+) .*━/;
const message = /^ {2}[×!✖] (\S.*)$/;
const summary = /^Found \d{1,9} (?:errors?|warnings?)\.$/;

/** The first problem. */
export function biome({ lines }: Output): Finding | null {
  const at = lastMatch(lines, summary);
  const start = at < 0 ? -1 : firstMatch(lines, heading, 0, at);
  const said = start < 0 ? -1 : firstMatch(lines, message, start, start + 4);
  if (said < 0) return null;
  const [, file, line = '1', column, rule = ''] = heading.exec(lines[start] ?? '') ?? [];
  const [, text = ''] = message.exec(lines[said] ?? '') ?? [];
  return {
    text: rule.startsWith('lint/') ? `${rule}: ${text}` : text.replace(/:$/, ''),
    place: placeAt(file, line, column),
    at,
  };
}
