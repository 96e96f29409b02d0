import assert from 'node:assert/strict';
import fs, { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readLog, waitForGrowth } from '../../../../daemon/logs/reader.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobdeck-reader-'));
  path = join(folder, '1.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('reading a log', () => {
  const read = async (offset: number, limit = 100) => {
    const { bytes, ...rest } = await readLog(path, { offset, limit });
    return { ...rest, text: bytes.toString() };
  };

  it('begins at the offset and returns at most the limit', async () => {
    writeFileSync(path, '0123456789');

    assert.deepEqual(await read(2, 3), { offset: 2, size: 10, text: '234' });
    assert.deepEqual(await read(8), { offset: 8, size: 10, text: '89' });
  });

  it('counts a negative offset from the end, but not beyond the beginning', async () => {
    writeFileSync(path, '0123456789');

    assert.deepEqual(await read(-4), { offset: 6, size: 10, text: '6789' });
    assert.deepEqual(await read(-99), { offset: 0, size: 10, text: '0123456789' });
  });

  it('returns nothing for an offset beyond the end', async () => {
    writeFileSync(path, '0123');

    assert.deepEqual(await read(99), { offset: 4, size: 4, text: '' });
  });

  it('reports that there is no log', async () => {
    await assert.rejects(read(0), { code: 'LOG_NOT_FOUND' });
    await assert.rejects(readLog(join(folder, 'no', 'such', '1.log'), { offset: 0, limit: 1 }), {
      code: 'LOG_NOT_FOUND',
    });
  });

  it('returns the whole log in parts of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), async (content, limit) => {
        writeFileSync(path, content);
        const pieces: Buffer[] = [];
        for (let offset = 0; ; ) {
          const piece = await readLog(path, { offset, limit });
          assert.equal(piece.offset, offset);
          if (piece.bytes.length === 0) break;
          pieces.push(piece.bytes);
          offset += piece.bytes.length;
        }
        assert.deepEqual(Buffer.concat(pieces), Buffer.from(content));
      }),
      { numRuns: 50 },
    );
  });
});

describe('waiting for a log to grow', () => {
  const longer = { timeoutMs: 60_000 };
  const { watch } = fs;
  afterEach(() => replaceWatch(watch));
  const handles = () => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;

  it('ends at once if there are already more bytes', async () => {
    writeFileSync(path, 'abc');

    await waitForGrowth(path, 2, longer);
  });

  it('notices output that is appended after the watcher is set up', async () => {
    writeFileSync(path, 'abc');
    replaceWatch((...args: Parameters<typeof fs.watch>) => {
      setImmediate(() => appendFileSync(path, 'd'));
      return watch(...args);
    });

    await waitForGrowth(path, 3, longer);
  });

  it('notices output that is appended just before the watcher is set up', async () => {
    writeFileSync(path, 'abc');
    replaceWatch((...args: Parameters<typeof fs.watch>) => {
      appendFileSync(path, 'd');
      return watch(...args);
    });

    await waitForGrowth(path, 3, longer);
  });

  it('works without a watcher', async () => {
    writeFileSync(path, 'abc');
    replaceWatch(() => {
      setImmediate(() => appendFileSync(path, 'd'));
      throw new Error('ENOSPC: System limit for number of file watchers reached');
    });

    await waitForGrowth(path, 3, longer);
  });

  it('notices that the log is created, with or without its folder', async () => {
    const nested = join(folder, 'job2', '1.log');
    const grown = Promise.all([waitForGrowth(path, 0, longer), waitForGrowth(nested, 0, longer)]);
    setImmediate(() => {
      writeFileSync(path, 'a');
      mkdirSync(join(folder, 'job2'));
      writeFileSync(nested, 'a');
    });

    await grown;
  });

  it('continues if the log is created empty', async () => {
    let over = false;
    const grown = waitForGrowth(path, 0, longer).then(() => {
      over = true;
    });
    const other = waitForGrowth(join(folder, '2.log'), 0, longer);
    setImmediate(() => {
      writeFileSync(path, '');
      writeFileSync(join(folder, '2.log'), 'a');
    });
    await other;
    assert.equal(over, false);
    appendFileSync(path, 'a');

    await grown;
  });

  it('ends when the log is removed', async () => {
    writeFileSync(path, 'abc');
    const gone = waitForGrowth(path, 3, longer);
    setImmediate(() => rmSync(path));

    await gone;
  });

  it('ends with the timeout, even if the log shrank', async () => {
    writeFileSync(path, 'abc');
    const waited = waitForGrowth(path, 3, { timeoutMs: 50 });
    truncateSync(path, 0);

    await waited;
  });

  it('ends when it is aborted, before or while it waits', async () => {
    writeFileSync(path, '');
    const abort = new AbortController();
    const waiting = waitForGrowth(path, 0, { ...longer, signal: abort.signal });
    setImmediate(() => abort.abort());

    await waiting;
    await waitForGrowth(path, 0, { ...longer, signal: abort.signal });
  });

  it('leaves no watcher behind', async () => {
    const before = handles();
    writeFileSync(path, '');
    const abort = new AbortController();
    const waits = [
      waitForGrowth(path, 0, { timeoutMs: 30 }),
      waitForGrowth(path, 0, { ...longer, signal: abort.signal }),
      waitForGrowth(join(folder, 'none.log'), 0, { timeoutMs: 30 }),
      waitForGrowth(path, 0, longer),
    ];
    setImmediate(() => {
      abort.abort();
      appendFileSync(path, 'x');
    });
    await Promise.all(waits);

    assert.equal(handles(), before);
  });
});

/** Replaces `fs.watch` for every module. */
function replaceWatch(watch: unknown): void {
  Object.assign(fs, { watch });
  syncBuiltinESMExports();
}
