import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../../../daemon/clock.ts';
import { type Lock, takeLock } from '../../../../daemon/start/lock.ts';
import { Publication } from '../../../../daemon/start/publication.ts';
import { readSmallFile } from '../../../../shared/files/smallFile.ts';
import { waitForFolder } from '../engines/local/bench.ts';

describe('the published files of a daemon', () => {
  let root: string;
  let home: string;
  let file: string;
  let lock: Lock;
  let publication: Publication;
  let evicted: Promise<string>;
  const problems: string[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobdeck-publication-'));
    home = join(root, 'home');
    mkdirSync(home, { mode: 0o700 });
    file = join(home, 'daemon.json');
    lock = takeLock(join(home, 'lock.db'));
    evicted = new Promise((resolve) => {
      const onProblem = (_error: unknown, about: string) => problems.push(about);
      publication = new Publication({ home, lock, clock: systemClock, onEvicted: resolve, onProblem });
    });
    publication.publish('info', { pid: 1 });
  });
  afterEach(() => {
    publication.close();
    lock.release();
    rmSync(root, { recursive: true, force: true });
  });

  const isBack = () => readSmallFile(file) === '{\n  "pid": 1\n}\n';

  const published = () => readdirSync(home).filter((name) => name.includes('.json'));

  it('are readable by their user only, and leave no temporary files behind', () => {
    assert.ok(isBack());
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(published(), ['daemon.json']);
  });

  it('replace what a killed daemon left behind', () => {
    writeFileSync(`${file}.new`, 'rubb', { mode: 0o644 });
    publication.publish('info', { pid: 1 });
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  for (const [what, damage] of Object.entries({
    deleted: () => rmSync(file),
    emptied: () => writeFileSync(file, ''),
    overwritten: () => writeFileSync(file, '{"pid":2}'),
    'replaced by a FIFO': () => {
      rmSync(file);
      execFileSync('mkfifo', [file]);
    },
    moved: () => renameSync(file, `${file}.bak`),
  })) {
    it(`are written again when they were ${what}`, async () => {
      damage();
      await waitForFolder(home, isBack);
      assert.deepEqual(problems, []);
    });
  }

  it('are made private again', async () => {
    chmodSync(file, 0o644);
    await waitForFolder(home, () => (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) === 0o100600);
  });

  it('are removed at the end, but not what others wrote', () => {
    publication.publish('holder', { pid: 1 });
    writeFileSync(file, 'mine');
    publication.withdraw();
    assert.deepEqual(published(), ['daemon.json']);
  });

  it('are left alone when the home was moved', async () => {
    renameSync(home, join(root, 'moved'));
    assert.equal(await evicted, 'homeGone');
    assert.deepEqual(readdirSync(root), ['moved']);
  });

  it('are left alone when the home was deleted, or replaced by another folder', async () => {
    rmSync(home, { recursive: true });
    mkdirSync(home);
    assert.equal(await evicted, 'homeGone');
    assert.deepEqual(readdirSync(home), []);
  });

  it('are left alone when another daemon has the lock', async () => {
    rmSync(join(home, 'lock.db'));
    const other = takeLock(join(home, 'lock.db'));
    try {
      rmSync(file);
      assert.equal(await evicted, 'lockTaken');
      assert.equal(existsSync(file), false);
    } finally {
      other.release();
    }
  });

  it('are kept, with a new lock, when only the lock file was deleted', async () => {
    rmSync(join(home, 'lock.db'));
    await waitForFolder(home, () => existsSync(join(home, 'lock.db')));
    assert.throws(() => takeLock(join(home, 'lock.db')), { code: 'DAEMON_ALREADY_RUNNING' });
  });

  it('can’t be written if the home is unusable', () => {
    const nowhere = new Publication({
      home: join(file, 'x'),
      lock,
      clock: systemClock,
      onEvicted: () => {},
      onProblem: () => {},
    });
    assert.throws(() => nowhere.publish('info', {}), { code: 'HOME_UNUSABLE' });
    nowhere.close();
  });
});
