/** Finds places in files that a log names, as compilers, linters, test runners and tracebacks write them. */

/** A file as it was named, the place in it (from 1), and where in the text its name is. */
export interface Reference {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
  /** Offsets in the text that was searched; `end` not included. */
  readonly start: number;
  readonly end: number;
}

/** References beyond this number are left alone: each costs a look at the disk. */
const limit = 2_000;
/** Longer lines are data, not messages. */
const lineLimit = 2_000;

/** `a/b.ts:12:3` and `a/b.ts(12,3)`: the place after a file's name. */
const place = /:(\d{1,7})(?::(\d{1,7}))?|\((\d{1,7})(?:,(\d{1,7}))?\)/g;
/** A Python traceback: `File "a/b.py", line 12`. */
const traceback = /File "([^"]{1,500})", line (\d{1,7})/g;

/** All references in a text, in order. Whether the files exist is for somebody else to find out. */
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
    start: offset + index + 'File "'.length,
    end: offset + index + whole.length,
  }));
}

/** Looks for places first and then back for the name before each, so that no line costs more than its length. */
function inMessage(line: string, offset: number): Reference[] {
  const found: Reference[] = [];
  let after = 0;
  for (const match of line.matchAll(place)) {
    const start = startOfName(line, match.index, after);
    const file = line.slice(start, match.index).replace(/^\/\/+/, '/');
    const number = Number(match[1] ?? match[3]);
    after = match.index + match[0].length;
    if (number > 0 && /[^\\/.]\.[A-Za-z]\w{0,15}$/.test(file.slice(-20))) {
      const column = Number(match[2] ?? match[4] ?? 0);
      found.push({
        file,
        line: number,
        column: column > 0 ? column : null,
        start: offset + start,
        end: offset + after,
      });
    }
  }
  return found;
}

function startOfName(line: string, end: number, floor: number): number {
  let start = end;
  while (start > floor && /[\w@.+~\\/-]/.test(line.charAt(start - 1))) start -= 1;
  const drive = /(?:^|\W)[A-Za-z]:$/.test(line.slice(Math.max(floor, start - 3), start));
  return drive && /[\\/]/.test(line.charAt(start)) ? start - 2 : start;
}
