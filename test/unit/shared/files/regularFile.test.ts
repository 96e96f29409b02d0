import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FileRefused } from '../../../../shared/files/fileRefused.ts';
import { openFile, openFileSync, readFileSafely, readFileSafelySync } from '../../../../shared/files/regularFile.ts';
import { replaceFile } from '../../../../shared/files/replaceFile.ts';

describe('opening a file', () => {
  let folder: string;
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const path = (name: string) => join(folder, name);
  const limit = 1_000;
  const read = [
    async (name: string, own = false) => readFileSafelySync(path(name), { limit, own }),
    (name: string, own = false) => readFileSafely(path(name), { limit, own }),
  ];

  /** The reason why neither function reads it. */
  async function refusal(name: string, own = false): Promise<string> {
    const reasons = await Promise.all(
      read.map(async (act) => {
        try {
          return await act(name, own);
        } catch (error) {
          if (error instanceof FileRefused) return error.reason.code;
          throw error;
        }
      }),
    );
    assert.equal(reasons[0], reasons[1]);
    return reasons[0] ?? '';
  }

  it('returns the content of a regular file, also through a link', async () => {
    writeFileSync(path('file'), 'content');
    symlinkSync('file', path('link'));
    for (const act of read) assert.deepEqual([await act('file'), await act('link')], ['content', 'content']);
  });

  it('refuses a FIFO, a device, a folder and a dangling link at once', async () => {
    execFileSync('mkfifo', [path('fifo')]);
    symlinkSync('/dev/zero', path('zero'));
    mkdirSync(path('folder'));
    symlinkSync('nowhere', path('dangling'));
    assert.equal(await refusal('fifo'), 'file.fifo');
    assert.equal(await refusal('zero'), 'file.device');
    assert.equal(await refusal('folder'), 'file.folder');
    assert.equal(await refusal('dangling'), 'file.danglingLink');
  });

  it('refuses a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path('socket'), resolve));
    assert.equal(await refusal('socket'), 'file.socket');
    await new Promise((resolve) => server.close(resolve));
  });

  it('refuses a file that is too large, whatever its size says', async () => {
    writeFileSync(path('large'), 'x'.repeat(limit + 1));
    assert.equal(await refusal('large'), 'file.tooLarge');
    symlinkSync('/proc/self/smaps', path('proc'));
    if (process.platform === 'linux') assert.equal(await refusal('proc'), 'file.tooLarge');
  });

  it('refuses a link in place of an own file', async () => {
    writeFileSync(path('file'), 'content');
    symlinkSync('file', path('link'));
    assert.equal(await refusal('link', true), 'file.link');
  });

  it('does not write to a FIFO, or to an own file that has other names', async () => {
    execFileSync('mkfifo', [path('fifo')]);
    writeFileSync(path('file'), 'content');
    linkSync(path('file'), path('other'));
    const options = { flags: constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, own: true };
    assert.throws(() => openFileSync(path('fifo'), options), FileRefused);
    await assert.rejects(openFile(path('other'), options), FileRefused);
  });

  it('replaces a link instead of following it', () => {
    writeFileSync(path('victim'), 'content');
    for (const name of ['file', 'file.new']) symlinkSync('victim', path(name));
    replaceFile(path('file'), 'new');
    assert.equal(readFileSync(path('file'), 'utf8'), 'new');
    assert.equal(readFileSync(path('victim'), 'utf8'), 'content');
  });
});
