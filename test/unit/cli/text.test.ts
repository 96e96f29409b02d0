import assert from 'node:assert/strict';
import { cut, pad, printable, printableLines, textWidth } from '../../../cli/output/text.ts';

describe('text for a terminal', () => {
  it('has no control characters', () => {
    assert.equal(printable('\u001b]0;owned\u0007a\u0000b\u009bc\u007f'), '\\x1b]0;owned\\x07a\\x00b\\x9bc\\x7f');
  });

  it('is on one line', () => {
    assert.equal(printable('a\nb\r\nc\td\u2028e'), 'a b  c d e');
  });

  it('does not change the text direction', () => {
    assert.equal(printable('exe\u202egpj'), 'exe\\u202egpj');
  });

  it('keeps letters of every script', () => {
    assert.equal(printable('naïve – 日本 👩‍💻'), 'naïve – 日本 👩‍💻');
  });

  it('is measured by its width on screen', () => {
    assert.equal(textWidth('abc'), 3);
    assert.equal(textWidth('日本'), 4);
    assert.equal(textWidth('👩‍💻'), 2);
    assert.equal(textWidth('e\u0301'), 1);
    assert.equal(textWidth('✔ ok'), 4);
  });

  it('is cut between characters, with an ellipsis', () => {
    assert.equal(cut('abcdef', 6), 'abcdef');
    assert.equal(cut('abcdef', 4), 'abc…');
    assert.equal(cut('日本語', 4), '日…');
    assert.equal(cut('abc', 1), '…');
    assert.equal(cut('abc', 0), '');
  });

  it('is padded to a width', () => {
    assert.equal(pad('日', 4), '日  ');
    assert.equal(pad('abc', 2), 'abc');
  });
});

describe('output of a program as lines', () => {
  it('has no colors and no empty lines at the end', () => {
    assert.deepEqual(printableLines('\u001b[31mred\u001b[0m\r\nplain\n\n'), ['red', 'plain']);
  });

  it('contains only the last state of a line that was overwritten', () => {
    assert.deepEqual(printableLines('10%\r50%\r100%\ndone\r'), ['100%', 'done']);
  });
});
