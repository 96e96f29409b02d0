import assert from 'node:assert/strict';
import { fromLineStart } from '../../../../../extension/logs/live/lineStart.ts';

const cut = (text: string, rows = 1_000) => Buffer.from(fromLineStart(Buffer.from(text), rows)).toString();

describe('cutting a log', () => {
  it('begins with the first whole line', () => {
    assert.equal(cut('half\nwhole\nlast\n'), 'whole\nlast\n');
    assert.equal(cut('half\nwhole\nunfinished'), 'whole\nunfinished');
  });

  it('keeps the last rows only', () => {
    assert.equal(cut('one\ntwo\nthree\nfour\n', 2), 'three\nfour\n');
    assert.equal(cut('one\ntwo\nthree\nfour', 2), 'three\nfour');
  });

  it('counts the rows that long lines take', () => {
    const long = 'x'.repeat(200);
    assert.equal(cut(`one\n${long}\ntwo\nthree\n`, 4), 'two\nthree\n');
    assert.equal(cut(`one\n${long}\ntwo\nthree\n`, 5), `${long}\ntwo\nthree\n`);
  });

  it('shows the end of a line that is longer than everything', () => {
    assert.equal(cut(`${'x'.repeat(1_000)}\n`, 2), `${'x'.repeat(160)}\n`);
    assert.equal(cut('x'.repeat(1_000)), 'x'.repeat(1_000));
  });

  it('prefers a carriage return within a long line, as progress bars have', () => {
    assert.equal(cut('0%\r25%\r50%\r75%'), '25%\r50%\r75%');
  });

  it('does not cut through a character', () => {
    const euro = Buffer.from('€');
    const bytes = Buffer.concat([euro.subarray(1), Buffer.from('uro')]);
    assert.equal(Buffer.from(fromLineStart(bytes, 10)).toString(), 'uro');
  });

  it('returns nothing for nothing', () => {
    assert.equal(cut(''), '');
  });
});
