/** Finds text in the rows of a terminal, also where it goes on in the next row. */

/** One row of the screen, as wide as the screen. */
export interface ScreenRow {
  /** It goes on with the line of the row before it. */
  readonly wrapped: boolean;
  readonly text: string;
  /**
   * The column in which each character of the text (a UTF-16 unit) begins, and then the one in which the text ends;
   * asked for only where something is found.
   */
  columns(): readonly number[];
}

/** A place on the screen: row and column from 0, and the cells that it takes. */
export interface Match {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** Matches beyond this number are not looked for. */
export const matchLimit = 20_000;

/** All places that read as `wanted`, whatever the case, from the top; none for an empty text. */
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
      // The end of a wide character is where the next one begins.
      const end = cellAt(line, index + text.length, width);
      found.push({ row: first + Math.floor(start / width), column: start % width, length: Math.max(1, end - start) });
      if (found.length >= matchLimit) break;
    }
  }
  return found;
}

/** Cells of a line before a character of it. */
function cellAt(line: readonly ScreenRow[], index: number, width: number): number {
  let rest = index;
  for (const [number, row] of line.entries()) {
    if (rest < row.text.length || number === line.length - 1) return number * width + (row.columns()[rest] ?? rest);
    rest -= row.text.length;
  }
  return 0;
}

/** The match to show first: the one nearest above the end of what is seen, so that the newest comes first. */
export function firstToShow(matches: readonly Match[], lastSeenRow: number): number {
  return Math.max(
    0,
    matches.findLastIndex(({ row }) => row <= lastSeenRow),
  );
}
