import assert from 'node:assert/strict';
import { cut, lastLines, pad, printable, textWidth } from '../../../cli/output/text.ts';

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

describe('the last lines of output', () => {
  const whole = (text: string, count = 12) => lastLines(text, { isCut: false, count });
  const cutOff = (text: string, count = 12) => lastLines(text, { isCut: true, count });

  it('have no colors and no empty lines at the end', () => {
    assert.deepEqual(whole('\u001b[31mred\u001b[0m\r\nplain\n\n'), ['red', 'plain']);
    assert.deepEqual(whole('one\ntwo\nthree\n', 2), ['two', 'three']);
    assert.deepEqual(whole('\n \n'), []);
  });

  it('contain only the last state of a line that was overwritten', () => {
    assert.deepEqual(whole('10%\r50%\r100%\ndone\r'), ['100%', 'done']);
    assert.deepEqual(whole('10%\b\b\b50%'), ['50%']);
    assert.deepEqual(whole('10%\r\u001b[K99%\r\u001b[K\n'), []);
  });

  it('have no incomplete first line', () => {
    assert.deepEqual(cutOff('ding one\nbuilding two\n'), ['building two']);
    assert.deepEqual(cutOff('%\r98%\r99%\r100%\n'), ['100%']);
    assert.deepEqual(cutOff('%\r\n'), ['… (beginning omitted) %']);
  });

  it('keep the end of a line that is too long, and say so', () => {
    assert.deepEqual(whole(`${'x'.repeat(1000)}end`), [`… (603 characters omitted) ${'x'.repeat(397)}end`]);
    assert.deepEqual(cutOff(`${'x'.repeat(1000)}end`), [`… (beginning omitted) ${'x'.repeat(397)}end`]);
    assert.deepEqual(cutOff(`${'x'.repeat(1000)}end\nlast\n`), ['last']);
    assert.deepEqual(cutOff('short'), ['… (beginning omitted) short']);
  });
});
