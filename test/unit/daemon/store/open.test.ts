import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { openDatabase } from '../../../../daemon/store/database.ts';
import { openStore } from '../../../../daemon/store/open.ts';
import { databaseVersion } from '../../../../daemon/store/schema/migrations.ts';
import { Store } from '../../../../daemon/store/store.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { addJob, openTemporary, type Temporary } from './temporary.ts';

describe('opening the database', () => {
  let bench: Temporary;
  beforeEach(() => {
    bench = openTemporary({ create: true });
  });
  afterEach(() => bench.end());

  it('creates one that other users can’t read', function () {
    if (process.platform === 'win32') return this.skip();
    for (const end of ['', '-wal', '-shm']) {
      assert.equal(statSync(bench.file + end).mode & 0o777, 0o600, `mode of jobs.db${end}`);
    }
  });

  it('uses write-ahead logging and foreign keys', () => {
    const { db } = openDatabase(bench.file, () => 0);
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'user_version'];
    const values = settings.map((name) => db.pragma(name, { simple: true }));
    db.close();

    assert.deepEqual(values, ['wal', 1, 1, databaseVersion]);
  });

  it('keeps epoch, revision and jobs', async () => {
    await addJob(bench.store, { id: 'a' });
    const { epoch } = bench.store;
    bench.store.close();

    assert.equal(bench.reopen(), null);
    assert.equal(bench.store.epoch, epoch);
    assert.equal(bench.store.rev(), 1);
    assert.equal(bench.store.job('a')?.id, 'a');
  });

  it('keeps acknowledged writes after a process was killed during its work', () => {
    bench.store.close();
    const script = `
      const { openStore } = await import('${new URL('../../../../daemon/store/open.ts', import.meta.url)}');
      const { addJob } = await import('${new URL('./temporary.ts', import.meta.url)}');
      const { store } = openStore(process.argv[1], { now: Date.now, logSize: () => null });
      for (let n = 0; n < 20; n += 1) await addJob(store, { id: 'job' + n });
      store.write((tx) => { tx.updateJob('job0', { title: 'half done' }); process.kill(process.pid, 'SIGKILL'); });
    `;
    const killed = spawnSync(process.execPath, ['--input-type=module', '-e', script, bench.file]);
    assert.equal(killed.signal, 'SIGKILL', String(killed.stderr));

    bench.reopen();
    assert.equal(bench.store.list({}).total, 20);
    assert.equal(bench.store.rev(), 20);
    assert.equal(bench.store.job('job0')?.title, 'job0');
  });

  it('gives each new database its own epoch', () => {
    const other = openTemporary({ create: true });
    assert.notEqual(other.store.epoch, bench.store.epoch);
    other.end();
  });

  it('refuses a database of a later Jobdeck with both versions, and does not change it', () => {
    bench.store.close();
    const later = new Database(bench.file);
    later.pragma('user_version = 99');
    later.close();
    const before = readFileSync(bench.file);

    assert.throws(
      () => openStore(bench.file, bench.options),
      (error) => {
        assert.ok(error instanceof JobdeckError);
        assert.equal(error.code, 'DATABASE_NEWER');
        assert.match(error.message, new RegExp(`version 99.*up to ${databaseVersion}`));
        assert.match(error.hint ?? '', /Update Jobdeck/);
        return true;
      },
    );
    assert.deepEqual(readFileSync(bench.file), before);
    assert.deepEqual(readdirSync(bench.folder), ['jobs.db']);
  });

  it('fails with an explanation if the folder is missing or the file is a folder', () => {
    const missing = join(bench.folder, 'missing', 'jobs.db');
    const folder = join(bench.folder, 'folder');
    mkdirSync(folder);
    for (const file of [missing, folder]) {
      assert.throws(() => openStore(file, bench.options), { code: 'DATABASE_UNUSABLE' });
    }
  });
});

describe('a database that cannot be read', () => {
  let bench: Temporary;
  beforeEach(async () => {
    bench = openTemporary({ create: true });
    for (let n = 0; n < 25; n += 1) await addJob(bench.store, { id: `job${n}` });
  });
  afterEach(() => bench.end());

  it('is moved aside completely if the file is not a database, and replaced by a new one', async () => {
    bench.store.close();
    writeFileSync(bench.file, 'This is not a database, but it is long enough to be taken for one.'.repeat(20));
    const before = readFileSync(bench.file);
    const { epoch } = bench.store;

    const setAside = bench.reopen();

    assert.equal(setAside, `${bench.file}.corrupt-2026-01-02T03-04-05.000Z`);
    assert.deepEqual(readFileSync(setAside), before);
    assert.notEqual(bench.store.epoch, epoch);
    assert.equal(bench.store.list({}).total, 0);
    await addJob(bench.store, { id: 'a' });
  });

  it('is recovered from the write-ahead log as far as that is intact', () => {
    writeFileSync(bench.file, 'garbage'.repeat(1000));

    assert.equal(bench.reopen(), null);
    assert.equal(bench.store.list({}).total, 25);
  });

  it('is moved aside if pages in the middle are damaged', () => {
    bench.store.close();
    damage(bench.file);

    assert.ok(bench.reopen());
    assert.equal(bench.store.list({}).total, 0);
  });

  it('never overwrites an earlier one that was moved aside', () => {
    const aside = new Set<string | null>();
    for (let n = 0; n < 3; n += 1) {
      bench.store.close();
      writeFileSync(bench.file, `garbage ${n} `.repeat(1000));
      aside.add(bench.reopen());
    }
    assert.equal(aside.size, 3);
    for (const file of aside) assert.ok(file && existsSync(file));
  });

  it('is checked completely at the next start after a damaged page was found', async () => {
    // Enough that its second half contains only jobs.
    await Promise.all(Array.from({ length: 1000 }, (_, n) => addJob(bench.store, { id: `more${n}` })));
    bench.store.close();
    damage(bench.file, Math.floor(statSync(bench.file).size * 0.75));
    // Like a large database, which is not checked completely when it is opened.
    const store = new Store(new Database(bench.file), bench.file, bench.options);

    assert.throws(() => store.list({}), { code: 'STORAGE_FAILED' });
    assert.ok(existsSync(`${bench.file}.suspect`));
    store.close();
    assert.ok(bench.reopen());
    assert.equal(existsSync(`${bench.file}.suspect`), false);
  });
});

/** Overwrites everything after a position. */
function damage(file: string, from = 4096): void {
  const fd = openSync(file, 'r+');
  const length = statSync(file).size - from;
  writeSync(fd, Buffer.alloc(length, 0xa5), 0, length, from);
  closeSync(fd);
}
