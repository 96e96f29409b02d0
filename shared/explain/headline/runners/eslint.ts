/**
 * ESLint’s stylish format, and Stylelint’s: the path of a file, its problems as `  2:7  error  message  rule`, and the counts
 * at the end as `✖ 3 problems (2 errors, 1 warning)`. https://eslint.org/docs/latest/use/formatters/#stylish
 */
import { type Finding, firstMatch, lastMatch, type Output, placeAt, withNames } from '../finding.ts';

const summary = /^[✖×x] (\d{1,9} problems?) \((\d{1,9} errors?), (\d{1,9} warnings?)\)$/;
const problem = /^ {2,10}(\d{1,9}):(\d{1,9}) {1,10}(error|warning|✖|×) {1,10}(\S.*)$/;
const crash = /^ESLint: \d{1,3}\.\d/;

export function eslint({ lines }: Output): Finding | null {
  const at = lastMatch(lines, summary);
  if (at < 0) return crashed(lines);
  const [, problems = '', errors = '', warnings = ''] = summary.exec(lines[at] ?? '') ?? [];
  const isError = !errors.startsWith('0 ');
  const found = problemsIn(lines, at).filter(({ level }) => (level === 'warning') !== isError);
  const [first] = found;
  if (first === undefined) return null;
  const counts = [errors, warnings].filter((count) => !count.startsWith('0 ')).join(', ');
  const tooMany = isError ? -1 : firstMatch(lines, /^ESLint found too many warnings \(maximum: \d+\)\.$/, at);
  const names = found.length === 1 && first.rule === null ? [first.message] : found.map(({ rule }) => rule ?? '');
  const text = tooMany < 0 ? withNames(`${problems} (${counts})`, names) : (lines[tooMany] ?? '').replace(/\.$/, '');
  return { text, place: placeAt(first.file, first.line, first.column), at: Math.max(at, tooMany) };
}

interface Problem {
  readonly file: string;
  readonly line: string;
  readonly column: string;
  readonly level: string;
  readonly message: string;
  readonly rule: string | null;
}

function problemsIn(lines: readonly string[], end: number): Problem[] {
  const found: Problem[] = [];
  let file = '';
  for (const text of lines.slice(0, end)) {
    const [, line = '', column = '', level = '', rest = ''] = problem.exec(text) ?? [];
    if (level !== '' && file !== '') {
      const [message = '', rule = null] = rest.split(/ {2,}/);
      found.push({ file, line, column, level, message, rule });
    } else if (/^\S.*[\\/.]/.test(text)) file = text;
    else if (text.trim() !== '') file = '';
  }
  return found;
}

/** ESLint did not get as far as to check files. */
function crashed(lines: readonly string[]): Finding | null {
  const at = lastMatch(lines, crash);
  if (at < 0 || lastMatch(lines, /^Oops! Something went wrong!/, at) < 0) return null;
  const message = firstMatch(lines, /\S/, at + 1);
  return message < 0 ? null : { text: (lines[message] ?? '').replace(/\.$/, ''), place: null, at: message };
}
