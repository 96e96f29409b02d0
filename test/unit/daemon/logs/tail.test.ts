import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { lastLines, logTail } from '../../../../daemon/logs/tail.ts';
import { plainText } from '../../../../shared/terminal/plainText.ts';

describe('plain text of a log', () => {
  it('has no colors, cursor movements, titles or links', () => {
    assert.equal(plainText('\x1b[1;31merror\x1b[0m: \x1b[1Cno \x1b]0;title\x07luck'), 'error: no luck');
    assert.equal(plainText('\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x1b(Bplain\x1bM'), 'link plain');
  });

  it('has no control characters except tabs and line breaks', () => {
    assert.equal(plainText('a\x00bc\td\x07\ne\x7f'), 'abc\td\ne');
  });

  it('contains the last version of an overwritten line', () => {
    assert.equal(plainText('10%\r50%\r100%\r\ndone\r\n'), '100%\ndone\n');
    assert.equal(plainText('wait |\x08/\x08-\x08ok; \x1b[2Kno luck'), 'no luck');
  });

  it('is not slowed down or corrupted by an unterminated escape sequence', () => {
    assert.equal(plainText(`a\x1b]0;${'x'.repeat(100_000)}`), 'a');
    assert.equal(plainText('a\x1b['), 'a');
    assert.equal(plainText('a\x1b'), 'a');
  });
});

describe('the last lines of a log', () => {
  it('are at most the requested number, without the final line break', () => {
    assert.equal(lastLines(Buffer.from('1\n2\n3\n\n'), 2, false), '2\n3');
    assert.equal(lastLines(Buffer.from('1\n2'), 5, false), '1\n2');
  });

  it('leave out the first one if only part of it was read', () => {
    assert.equal(lastLines(Buffer.from('rt of one\n2\n3'), 5, true), '2\n3');
    assert.equal(lastLines(Buffer.from('only part of one'), 5, true), 'only part of one');
  });

  it('replace invalid UTF-8, but drop a character that is cut off at the beginning', () => {
    assert.equal(lastLines(Buffer.from([0x61, 0xff, 0x62]), 5, false), 'a\ufffdb');
    assert.equal(lastLines(Buffer.from('é!').subarray(1), 5, true), '!');
  });
});

describe('the tail of a log file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-tail-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read from the end of a file of any size', async () => {
    const path = join(folder, '1.log');
    writeFileSync(path, `${'x'.repeat(1_000_000)}\nlast but one\nlast\n`);

    assert.equal(await logTail(path, { lines: 10, bytes: 40 }), 'last but one\nlast');
  });

  it('is null for an empty or missing log', async () => {
    writeFileSync(join(folder, '1.log'), '\n');

    assert.equal(await logTail(join(folder, '1.log'), { lines: 10, bytes: 40 }), null);
    assert.equal(await logTail(join(folder, '2.log'), { lines: 10, bytes: 40 }), null);
  });
});
