/** Where to begin showing a log that is cut. Pure. */

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** Assumed width of a terminal. A wider one needs fewer rows. */
const columns = 80;

/**
 * The end of a cut piece of output that takes about `rows` rows, beginning with a whole line. If its first line is more
 * than half of that, it is cut at a carriage return or, without one, anywhere between two characters.
 */
export function fromLineStart(bytes: Uint8Array, rows: number): Uint8Array {
  const from = startOfRows(bytes, rows);
  const latest = from + (bytes.length - from) / 2;
  for (const end of [lineFeed, carriageReturn]) {
    const found = bytes.indexOf(end, Math.max(0, from - 1));
    if (found >= 0 && found < latest) return bytes.subarray(found + 1);
  }
  return bytes.subarray(startOfCharacter(bytes, from));
}

/** Where the last `rows` rows begin: at a line, or within the last one. */
function startOfRows(bytes: Uint8Array, rows: number): number {
  let start = bytes.length;
  let left = rows;
  // A line feed at the end doesn't start another line.
  for (let end = bytes.at(-1) === lineFeed ? start - 1 : start; end > 0; ) {
    const lineStart = bytes.subarray(0, end).lastIndexOf(lineFeed) + 1;
    left -= Math.max(1, Math.ceil((end - lineStart) / columns));
    if (left < 0) return start === bytes.length ? Math.max(0, end - rows * columns) : start;
    start = lineStart;
    end = lineStart - 1;
  }
  return start === bytes.length ? 0 : start;
}

/** Skips the rest of a UTF-8 character that begins before `at`. */
function startOfCharacter(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start < bytes.length && start < at + 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return start;
}
