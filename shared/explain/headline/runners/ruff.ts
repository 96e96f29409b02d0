/**
 * Ruff: `a.py:1:8: F401 …` (concise) or `F401 …` with ` --> a.py:1:8` (full), and `Found 4 errors.` at the end.
 * https://docs.astral.sh/ruff/settings/#output-format
 */
import { type Finding, firstMatch, lastMatch, type Output, type Place, placeAt, withNames } from '../finding.ts';

const summary = /^Found (\d{1,9}) errors?(?: \(.*\))?\.$/;
const code = String.raw`([A-Z]{1,6}\d{3,4}|invalid-syntax:|SyntaxError:)`;
const concise = new RegExp(String.raw`^([^\s:][^:]{0,500}):(\d{1,9}):(\d{1,9}): ${code} (.+)$`);
const full = new RegExp(`^${code} (.+)$`);
const grouped = new RegExp(String.raw`^ {2}(\d{1,9}):(\d{1,9}) {1,8}${code} (.+)$`);
const arrow = /^\s{0,20}--> (\S.*):(\d{1,9}):(\d{1,9})$/;
const unformatted = /^\d{1,9} files? would be reformatted(?:, \d{1,9} files? (?:already formatted|left unchanged))?$/;

export function ruff({ lines }: Output): Finding | null {
  const at = lastMatch(lines, summary);
  if (at < 0) return format(lines);
  const problems = problemsIn(lines, at);
  const [first] = problems;
  if (first === undefined) return null;
  const [, count = ''] = summary.exec(lines[at] ?? '') ?? [];
  const only = `${first.code} ${first.message}`.replace(' [*] ', ' ');
  const codes = problems.map((problem) => problem.code.replace(/:$/, ''));
  return { text: count === '1' ? only : withNames(`${count} errors`, codes), place: first.place, at };
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly place: Place | null;
}

function problemsIn(lines: readonly string[], end: number): Problem[] {
  const found: Problem[] = [];
  let file = '';
  for (let index = 0; index < end; index += 1) {
    const line = lines[index] ?? '';
    const [, place, row, column, code = '', message = ''] = concise.exec(line) ?? [];
    if (code !== '') found.push({ code, message, place: placeAt(place, row, column) });
    const [, fullCode = '', fullMessage = ''] = full.exec(line) ?? [];
    const [, target, targetRow, targetColumn] = arrow.exec(lines[index + 1] ?? '') ?? [];
    if (fullCode !== '' && target !== undefined) {
      found.push({ code: fullCode, message: fullMessage, place: placeAt(target, targetRow, targetColumn) });
    }
    if (/^\S.*:$/.test(line)) file = line.slice(0, -1);
    const [, groupRow, groupColumn, groupCode = '', groupMessage = ''] = grouped.exec(line) ?? [];
    if (groupCode !== '' && file !== '') {
      found.push({ code: groupCode, message: groupMessage, place: placeAt(file, groupRow, groupColumn) });
    }
  }
  return found;
}

/** `ruff format --check` */
function format(lines: readonly string[]): Finding | null {
  const at = lastMatch(lines, unformatted);
  if (at < 0) return null;
  const [, file, line, column] = arrow.exec(lines[firstMatch(lines, arrow, 0, at)] ?? '') ?? [];
  return { text: lines[at] ?? '', place: placeAt(file, line, column), at };
}
