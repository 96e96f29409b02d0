import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LogLines } from '../../../webview/detail/logLines.ts';

function linesOf(buffer: LogLines): string[] {
  return buffer.lines.map(({ spans }) => spans.map(({ text }) => text).join(''));
}

describe('the lines of a log', () => {
  it('end at line feeds, also empty ones', () => {
    const buffer = new LogLines();
    buffer.push('a\n\nb\r\nc');
    assert.deepEqual(linesOf(buffer), ['a', '', 'b', 'c']);
  });

  it('go on in the next piece', () => {
    const buffer = new LogLines();
    buffer.push('on');
    buffer.push('e\ntw');
    buffer.push('o\n');
    assert.deepEqual(linesOf(buffer), ['one', 'two']);
  });

  it('are overwritten after a carriage return', () => {
    const buffer = new LogLines();
    buffer.push('10 %\r');
    assert.deepEqual(linesOf(buffer), ['10 %']);
    buffer.push('20 %\r30 %');
    assert.deepEqual(linesOf(buffer), ['30 %']);
    buffer.push('\r\nnext');
    assert.deepEqual(linesOf(buffer), ['30 %', 'next']);
  });

  it('keep their ids when older ones go', () => {
    const buffer = new LogLines({ lines: 2, columns: 100 });
    buffer.push('a\nb\n');
    buffer.push('c\nd');
    assert.deepEqual(
      buffer.lines.map(({ id }) => id),
      [2, 3],
    );
    assert.deepEqual(linesOf(buffer), ['c', 'd']);
    assert.equal(buffer.dropped, 2);
  });

  it('are cut where they get too long, and say by how much', () => {
    const buffer = new LogLines({ lines: 10, columns: 4 });
    buffer.push('abcdef');
    buffer.push('gh\nxy');
    assert.deepEqual(linesOf(buffer), ['abcd', 'xy']);
    assert.deepEqual(
      buffer.lines.map(({ cut }) => cut),
      [4, 0],
    );
  });

  it('hold the same however the log is chopped', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '\u001b[31m', '\u001b[0m') });
    fc.assert(
      fc.property(fc.array(text), (pieces) => {
        const limits = { lines: 5, columns: 6 };
        const chopped = new LogLines(limits);
        for (const piece of pieces) chopped.push(piece);
        const whole = new LogLines(limits);
        whole.push(pieces.join(''));
        assert.deepEqual(linesOf(chopped), linesOf(whole));
        assert.equal(chopped.dropped, whole.dropped);
        assert.ok(chopped.lines.length <= limits.lines);
      }),
    );
  });
});
