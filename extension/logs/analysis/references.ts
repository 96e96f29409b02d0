/** Finds file locations in a log, in the formats of compilers, linters, test runners and stack traces. */

/** A file name, the position in the file (from 1), and the range of the reference in the text. */
export interface Reference {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
  /** The path below the source root, such as `com/acme/Foo.java`, if a stack trace only contains the package. */
  readonly inPackage: string | null;
  /** Offsets in the searched text. `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Maximum number of references. Each one costs a check on disk. */
const limit = 2_000;
/** Longer lines are data, not messages. */
const lineLimit = 2_000;

/** The position after a file name: `a/b.ts:12:3` or `a/b.ts(12,3)`. */
const place = /:(\d{1,7})(?::(\d{1,7}))?|\((\d{1,7})(?:,(\d{1,7}))?\)/g;
/** A Python traceback: `File "a/b.py", line 12`. */
const traceback = /File "([^"]{1,500})", line (\d{1,7})/g;

/** The end of a file name: an extension, or a well-known name without one. */
const fileName = /[^\\/.]\.[A-Za-z]\w{0,15}$|(?:^|[\\/])(?:GNU)?[Mm]akefile$|(?:^|[\\/])(?:Docker|Rake|Gem|Pip)file$/;
/** A JVM stack frame up to the file name: `at com.acme.Foo$1.run(`, optionally with a module prefix. */
const jvmFrame = /(?:^|[\s/])((?:[\w$]+\.){2,50}[\w$<>-]+)\($/;

/** All references in a text, in order. Does not check whether the files exist. */
export function findReferences(text: string): Reference[] {
  const found: Reference[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.length <= lineLimit) found.push(...inTraceback(line, offset), ...inMessage(line, offset));
    if (found.length >= limit) break;
    offset += line.length + 1;
  }
  return found.slice(0, limit);
}

function inTraceback(line: string, offset: number): Reference[] {
  return [...line.matchAll(traceback)].map(({ 0: whole, 1: file = '', 2: number, index }) => ({
    file,
    line: Number(number),
    column: null,
    inPackage: null,
    start: offset + index + 'File "'.length,
    end: offset + index + whole.length,
  }));
}

/** Searches positions first and then backwards for the file name, so that the cost is linear in the line length. */
function inMessage(line: string, offset: number): Reference[] {
  const found: Reference[] = [];
  let after = 0;
  for (const match of line.matchAll(place)) {
    const start = startOfName(line, match.index, after);
    const file = line.slice(start, match.index).replace(/^\/\/+/, '/');
    const number = Number(match[1] ?? match[3]);
    after = match.index + match[0].length;
    if (number > 0 && fileName.test(file.slice(-20))) {
      const column = Number(match[2] ?? match[4] ?? 0);
      found.push({
        file,
        line: number,
        column: column > 0 ? column : null,
        inPackage: packagePath(line, start, file),
        start: offset + start,
        end: offset + after,
      });
    }
  }
  return found;
}

/** `com/acme/Foo.java` for `Foo.java` in `at com.acme.Foo.run(Foo.java:12)`; null for anything else. */
function packagePath(line: string, start: number, file: string): string | null {
  if (line.charAt(start - 1) !== '(' || !/^\w+\.(?:java|kt|scala|groovy)$/.test(file)) return null;
  const [, name] = jvmFrame.exec(line.slice(Math.max(0, start - 300), start)) ?? [];
  // Drop the class and the method.
  return name === undefined ? null : [...name.split('.').slice(0, -2), file].join('/');
}

function startOfName(line: string, end: number, floor: number): number {
  let start = end;
  while (start > floor && /[\w@.+~\\/-]/.test(line.charAt(start - 1))) start -= 1;
  const drive = /(?:^|\W)[A-Za-z]:$/.test(line.slice(Math.max(floor, start - 3), start));
  return drive && /[\\/]/.test(line.charAt(start)) ? start - 2 : start;
}
