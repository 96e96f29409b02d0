import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cellsOf, LogicalLines } from '../../../../webview/detail/log/lines.ts';

/** A small terminal: wraps at its width and understands what `rewrite` writes. Returns its rows without empty ones. */
function shownIn(columns: number, output: string): string[] {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal output
  for (const [part, count, final] of output.matchAll(/\r|\n|\x1b\[(\d*)([ABK])|./gs)) {
    const steps = Number(count) || 1;
    if (part === '\r') column = 0;
    else if (part === '\n') row += 1;
    else if (final === 'A') row -= steps;
    else if (final === 'B') row += steps;
    else if (final === 'K') rows[row]?.splice(count === '2' ? 0 : column);
    else {
      if (column === columns) [row, column] = [row + 1, 0];
      const cells = rows[row] ?? [];
      rows[row] = cells;
      while (cells.length < column) cells.push(' ');
      cells[column] = part;
      column += 1;
    }
    rows[row] ??= [];
  }
  return rows.map((cells) => cells.join('')).filter((text) => text !== '');
}

const rewritten = (columns: number, ...pieces: string[]) => {
  const lines = new LogicalLines();
  return shownIn(columns, pieces.map((piece) => lines.rewrite(piece, columns)).join(''));
};
const widest = (text: string, limit = 1_000) => new LogicalLines().widest(text, limit);

describe('a carriage return in the log', () => {
  it('redraws a line that is wider than the terminal', () => {
    assert.deepEqual(shownIn(4, '10%===\r20%==='), ['10%=', '20%=', '==']);
    assert.deepEqual(rewritten(4, '10%===\r20%===\r30%==='), ['30%=', '==']);
    assert.deepEqual(rewritten(4, '10%===\r20%', '===\r', '30%===\r\nend'), ['30%=', '==', 'end']);
  });

  it('doesn’t let the next line overwrite the end of a longer one', () => {
    assert.deepEqual(rewritten(4, 'abcdefghij\rX\r\nend'), ['Xbcd', 'efgh', 'ij', 'end']);
  });

  it('erases all rows of the line with what it erases', () => {
    assert.deepEqual(rewritten(4, 'abcdefghij\r\u001b[Kok\r\nend'), ['ok', 'end']);
    assert.deepEqual(rewritten(4, 'abcdefghij\r\u001b[2Kok\r\nend'), ['ok', 'end']);
  });

  it('leaves output alone that fits', () => {
    for (const text of ['a\r\nb\r\n', '10%\r20%\r\n', '\u001b[32mok\u001b[0m\r\n', 'x\u001b[3C\by\u001b7'])
      assert.equal(new LogicalLines().rewrite(text, 80), text);
  });

  it('shows the same text at any width, wherever the output is split', () => {
    const bar = fc.integer({ min: 1, max: 30 }).map((length) => '='.repeat(length));
    fc.assert(
      fc.property(fc.array(bar, { minLength: 1, maxLength: 6 }), fc.integer({ min: 2, max: 40 }), (bars, columns) => {
        const text = `${bars.map((one, at) => `\r${at}${one}`).join('')}\r\nend`;
        const [line = ''] = shownIn(100, text);
        const rows = rewritten(columns, ...text.split(/(?==)/));
        assert.equal(rows.join(''), `${line}end`);
      }),
    );
  });
});

describe('the width of the log', () => {
  it('is that of its longest line, over all pieces', () => {
    assert.equal(widest('ab\r\nabcdef\r\nc'), 6);
    assert.equal(widest('abc\rdefgh\r\n'), 5);
    const lines = new LogicalLines();
    lines.rewrite('abc', 80);
    assert.equal(lines.widest('de', 80), 5);
    assert.equal(lines.widest('\rde', 80), 3, 'what was drawn stays');
  });

  it('doesn’t count colors, and counts wide characters twice', () => {
    assert.equal(widest('\u001b[1;32mok\u001b[0m'), 2);
    assert.equal(cellsOf('漢字e\u0301'), 5);
    assert.equal(widest('\tx'), 9);
  });

  it('has a limit', () => assert.equal(widest('x'.repeat(1_000_000), 2_000), 2_000));
});
