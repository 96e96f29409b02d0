/**
 * Compilers and checkers that write `file:line:column: error: message`: gcc, clang, javac, mypy, and rustc when short. Also
 * the linker’s undefined references. https://www.gnu.org/prep/standards/html_node/Errors.html
 */
import { type Finding, firstMatch, lastMatch, type Output, placeAt } from '../finding.ts';

const problem = /^([^\s:][^:]{0,500}):(\d{1,9}):(?:(\d{1,9}):)? ((?:fatal )?error(?:\[E\d{4}\])?: \S.*)$/;
const unresolved = /: (undefined reference to \S.*)$/;
const entering = /^(?:g?make(?:\[\d{1,3}\])?|ninja): Entering directory [`'](.{1,400})'$/;
const linker = /^(?:collect2: error: ld returned|\S*clang\S*: error: linker command failed)/;

/** The folder that make or Ninja has entered before a line, for a relative file. */
function folderAt(lines: readonly string[], index: number, file: string): string {
  if (/^(?:[\\/]|[A-Za-z]:[\\/])/.test(file)) return '';
  const [, folder] = entering.exec(lines[lastMatch(lines, entering, index)] ?? '') ?? [];
  return folder === undefined ? '' : `${folder}/`;
}

/** The first error of a compiler, or the first symbol that the linker did not find. */
export function compiler({ lines }: Output): Finding | null {
  const at = lastMatch(lines, problem);
  if (at >= 0) {
    const first = firstMatch(lines, problem);
    const [, file = '', line, column, text = ''] = problem.exec(lines[first] ?? '') ?? [];
    return { text, place: placeAt(folderAt(lines, first, file) + file, line, column), at };
  }
  const linkedAt = lastMatch(lines, linker);
  const first = linkedAt < 0 ? -1 : firstMatch(lines, unresolved, 0, linkedAt);
  if (first < 0) return null;
  return { text: unresolved.exec(lines[first] ?? '')?.[1] ?? '', place: null, at: linkedAt };
}
