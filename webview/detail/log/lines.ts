/**
 * Follows the cursor of a terminal through the logical lines of its output. A terminal wraps a long line into several
 * rows, and a carriage return goes back only to the start of the last one, so that a progress bar that is wider than the
 * terminal leaves a staircase of old bars. Here it goes back to the start of the line.
 */

interface Cursor {
  /** Cells between the start of the logical line and the cursor. */
  column: number;
  /** Cells up to the end of the logical line, which may be right of the cursor. */
  length: number;
}

const tabWidth = 8;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal output consists of control characters
const token = /\r|\n|\t|\x08|\x1b\[([0-9;:]*)([@-~])|\x1b.|[^\r\n\t\x08\x1b]+/gs;
const plain = /^[\x20-\x7e]*$/;
const zeroWidth = /^(?:\p{Mn}|\p{Me}|[\u200b-\u200f])$/u;
/** East Asian wide characters and emoji, roughly. */
const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** The number of cells that a text takes. */
export function cellsOf(text: string): number {
  if (plain.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return cells;
}

export class LogicalLines {
  #at: Cursor = { column: 0, length: 0 };

  /** The length in cells of the longest line that `text` continues or contains, up to `limit`. Changes nothing. */
  widest(text: string, limit: number): number {
    const at = { ...this.#at };
    let most = at.length;
    for (const part of text.matchAll(token)) {
      if (part[0] === '\n') at.length = at.column;
      else move(at, part);
      most = Math.max(most, at.length);
      if (part[0] === '\n') at.column = at.length = 0;
      if (most >= limit) return limit;
    }
    return most;
  }

  /** The text for a terminal of this many columns. */
  rewrite(text: string, columns: number): string {
    const parts: string[] = [];
    const rowOf = (cells: number) => (cells === 0 ? 0 : Math.floor((cells - 1) / columns));
    for (const part of text.matchAll(token)) {
      const at = this.#at;
      const [written, , final] = part;
      const row = rowOf(at.column);
      const below = rowOf(at.length) - row;
      if (written === '\n') {
        // Below the rows of the line, not over them.
        parts.push(below > 0 ? `\u001b[${below}B\n` : '\n');
        this.#at = { column: 0, length: 0 };
        continue;
      }
      if (written === '\r') parts.push(row > 0 ? `\u001b[${row}A\r` : '\r');
      else if (final === 'K' && below > 0) parts.push(eraseBelow(written, below));
      else parts.push(written);
      move(at, part);
    }
    return parts.join('');
  }
}

/** Erases in this row and in the rows of the line below it, and moves back. */
function eraseBelow(erase: string, rows: number): string {
  return `${erase}${'\u001b[B\u001b[2K'.repeat(rows)}\u001b[${rows}A`;
}

/** Moves the cursor over a part of the output. */
function move(at: Cursor, [written, params, final]: RegExpMatchArray): void {
  const number = (otherwise: number) => Number.parseInt(params ?? '', 10) || otherwise;
  if (written === '\r') at.column = 0;
  else if (written === '\t') at.column += tabWidth - (at.column % tabWidth);
  else if (written === '\b') at.column = Math.max(0, at.column - 1);
  else if (final === 'C') at.column += number(1);
  else if (final === 'D') at.column = Math.max(0, at.column - number(1));
  else if (final === 'G') at.column = number(1) - 1;
  else if (final === 'K' && params !== '1') at.length = at.column;
  else if (final === 'H' || final === 'f')
    at.column = at.length = Math.max(0, (Number(params?.split(/[;:]/)[1]) || 1) - 1);
  else if (!written?.startsWith('\u001b')) at.column += cellsOf(written ?? '');
  at.length = Math.max(at.length, at.column);
}
