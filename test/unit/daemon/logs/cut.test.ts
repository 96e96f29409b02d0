import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { cutLog, cutOf } from '../../../../daemon/logs/cut.ts';
import { readLog } from '../../../../daemon/logs/reader.ts';
import { logTail } from '../../../../daemon/logs/tail.ts';

const megabyte = 1024 ** 2;

describe('cutting a log in the middle', () => {
  let folder: string;
  let log: string;
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-cut-'));
    log = join(folder, '1.log');
    writeFileSync(log, Array.from({ length: megabyte }, (_, n) => `line ${String(n).padStart(10)}\n`).join(''));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const cut = () => cutLog(log, { head: 64 * 1024, tail: megabyte, reason: 'diskFull' });
  const blocks = () => statSync(log).blocks * 512;
  /** All that a client that follows the log receives. */
  async function whole(): Promise<string> {
    let text = '';
    for (let at = 0; ; ) {
      const { offset, size, bytes } = await readLog(log, { offset: at, limit: 256 * 1024 });
      text += bytes.toString('utf8');
      at = offset + bytes.length;
      if (at >= size) return text;
    }
  }

  it('frees the space, keeps both ends and says what is missing', async () => {
    const { size } = statSync(log);
    const removed = await cut();
    assert.ok((removed ?? 0) > 10 * megabyte);
    assert.equal(statSync(log).size, size);
    assert.ok(blocks() < 1.2 * megabyte, `${blocks()}`);

    const lines = (await whole()).trimEnd().split('\n');
    assert.equal(lines[0], 'line          0');
    assert.equal(lines.at(-1), `line ${String(megabyte - 1).padStart(10)}`);
    assert.ok(lines.some((line) => /^… \d+ MB removed because the disk was full … +$/.test(line)));
    assert.ok(!lines.join('').includes('\0'));
    assert.ok(Buffer.byteLength(lines.join('\n')) < 1.2 * megabyte);
  });

  it('does not disturb a program that writes, and can be repeated', async () => {
    const writer = openSync(log, 'a');
    await cut();
    const first = cutOf(log);
    const more = Buffer.alloc(12 * 350_000, '\nmore output');
    writeSync(writer, more);
    const removed = await cut();
    writeSync(writer, 'the end\n');
    closeSync(writer);

    assert.equal(cutOf(log)?.from, first?.from);
    assert.equal((cutOf(log)?.to ?? 0) - (first?.to ?? 0), removed);
    assert.ok(blocks() < 1.3 * megabyte);
    const text = await whole();
    assert.match(text, /more outputthe end\n$/);
    assert.equal(text.match(/removed because/g)?.length, 1);
    assert.equal(await logTail(log, { lines: 1, bytes: 4096 }), 'more outputthe end');
  });

  it('leaves alone what is hardly larger than what is kept', async () => {
    writeFileSync(log, 'x'.repeat(1.5 * megabyte));
    assert.equal(await cut(), null);
    assert.equal(cutOf(log), null);
    assert.equal((await readLog(log, { offset: 0, limit: 10 })).bytes.toString(), 'xxxxxxxxxx');
  });

  it('follows no link', async () => {
    rmSync(log);
    writeFileSync(join(folder, 'other'), 'x'.repeat(8 * megabyte));
    symlinkSync(join(folder, 'other'), log);
    await assert.rejects(cut());
    assert.ok(statSync(join(folder, 'other')).blocks * 512 >= 8 * megabyte);
  });
});
