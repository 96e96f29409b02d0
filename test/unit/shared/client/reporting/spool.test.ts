import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { adoptOrphans, makeSpoolFolder } from '../../../../../shared/client/reporting/folder.ts';
import type { Line } from '../../../../../shared/client/reporting/line.ts';
import { FileSpool } from '../../../../../shared/client/reporting/spool.ts';

const line: Line = { key: 'a', report: { kind: 'heartbeat' } };

describe('a spool', () => {
  let home: string;
  let file: string;
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'jobdeck-spool-test-'));
    file = join(home, '1.a.a.jsonl');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const makers: Record<string, () => void> = {
    'a FIFO': () => execFileSync('mkfifo', [file]),
    'a device': () => symlinkSync('/dev/zero', file),
    'a folder': () => mkdirSync(file),
  };
  for (const [what, make] of Object.entries(makers)) {
    it(`is empty, and is not written, if ${what} is in its place`, () => {
      make();
      const spool = new FileSpool(file);
      assert.deepEqual([spool.isEmpty, spool.peek(10)], [true, []]);
      assert.throws(() => spool.append([line]));
      spool.drop();
    });
  }

  it('does not write through a link', () => {
    writeFileSync(join(home, 'victim'), 'content');
    symlinkSync('victim', file);
    assert.throws(() => new FileSpool(file).append([line]));
    assert.equal(readFileSync(join(home, 'victim'), 'utf8'), 'content');
  });

  it('skips lines that are nested deeper than the daemon accepts', () => {
    const deep = `{"key":"a","report":{"kind":"result","result":${'['.repeat(100_000)}${']'.repeat(100_000)}}}\n`;
    writeFileSync(file, `${deep}${JSON.stringify(line)}\n`);
    assert.deepEqual(new FileSpool(file).peek(10), [line]);
  });

  it('is not in a folder of another user', function () {
    if (process.getuid?.() !== 0) return this.skip();
    mkdirSync(join(home, 'spool'), { mode: 0o700 });
    chownSync(join(home, 'spool'), 12_345, 12_345);
    assert.notEqual(makeSpoolFolder(home), join(home, 'spool'));
  });

  it('is not in a folder that is a link', () => {
    mkdirSync(join(home, 'elsewhere'), { mode: 0o700 });
    symlinkSync('elsewhere', join(home, 'spool'));
    writeFileSync(join(home, 'elsewhere', '999999.b.b.jsonl'), '');
    assert.notEqual(makeSpoolFolder(home), join(home, 'spool'));
    assert.deepEqual(adoptOrphans(join(home, 'spool'), 'a'), []);
  });
});
