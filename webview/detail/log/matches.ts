/** Finds text in the rows of a terminal, including text that wraps to the next row. */

/** A row of the screen. */
export interface ScreenRow {
  /** Whether it continues the line of the previous row. */
  readonly wrapped: boolean;
  readonly text: string;
  /**
   * The column in which each character of the text (a UTF-16 unit) begins, followed by the column in which the text ends.
   * Called only for rows with matches.
   */
  columns(): readonly number[];
}

/** A place on the screen: row and column from 0, and its width in cells. */
export interface Match {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** The maximum number of matches. */
export const matchLimit = 20_000;

/** All occurrences of `wanted`, ignoring case, from top to bottom; none for an empty text. */
export function findMatches(rows: readonly ScreenRow[], width: number, wanted: string): Match[] {
  const found: Match[] = [];
  if (wanted === '') return found;
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu');
  for (let row = 0; row < rows.length && found.length < matchLimit; ) {
    const first = row;
    do row += 1;
    while (rows[row]?.wrapped === true);
    const line = rows.slice(first, row);
    for (const { 0: text, index } of line
      .map((one) => one.text)
      .join('')
      .matchAll(pattern)) {
      const start = cellAt(line, index, width);
      // A wide character ends where the next one begins.
      const end = cellAt(line, index + text.length, width);
      found.push({ row: first + Math.floor(start / width), column: start % width, length: Math.max(1, end - start) });
      if (found.length >= matchLimit) break;
    }
  }
  return found;
}

/** The number of cells before a character of a line. */
function cellAt(line: readonly ScreenRow[], index: number, width: number): number {
  let rest = index;
  for (const [number, row] of line.entries()) {
    if (rest < row.text.length || number === line.length - 1) return number * width + (row.columns()[rest] ?? rest);
    rest -= row.text.length;
  }
  return 0;
}

/** The match to show first: the last one above the end of the visible rows, so that the newest comes first. */
export function firstToShow(matches: readonly Match[], lastSeenRow: number): number {
  return Math.max(
    0,
    matches.findLastIndex(({ row }) => row <= lastSeenRow),
  );
}
