import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Reserve, reserveBytes } from '../../../../daemon/disk/reserve.ts';

describe('the disk reserve', () => {
  let folder: string;
  let db: Database.Database;
  let reserve: Reserve;
  const file = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-reserve-'));
    db = new Database(file('jobs.db'));
    db.pragma('journal_mode = WAL');
    db.exec('CREATE TABLE t (v TEXT)');
    reserve = new Reserve(file('reserve'), file('jobs.db-wal'));
    reserve.prepareStart();
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has real blocks', function () {
    if (process.platform === 'win32') return this.skip();
    const { size, blocks } = statSync(file('reserve'));
    assert.equal(size, reserveBytes);
    assert.ok(blocks * 512 >= size);
    assert.equal(reserve.isReleased, false);
  });

  it('becomes part of the database’s log, which SQLite reads and writes as before', () => {
    db.exec("INSERT INTO t VALUES ('before')");
    const before = statSync(file('jobs.db-wal')).size;
    assert.equal(reserve.release(), true);
    assert.equal(reserve.release(), false);
    const extended = statSync(file('jobs.db-wal')).size;
    assert.ok(extended > before + reserveBytes / 2);
    db.exec("INSERT INTO t VALUES ('after')");
    assert.equal(statSync(file('jobs.db-wal')).size, extended);

    // As after a crash: nothing was closed, and the log is read from the beginning.
    const other = new Database(file('jobs.db'));
    assert.deepEqual(other.prepare('SELECT v FROM t').pluck().all(), ['before', 'after']);
    other.close();
  });

  it('is made again when there is room', () => {
    reserve.release();
    assert.equal(reserve.isReleased, true);
    assert.equal(reserve.restore(), true);
    assert.equal(statSync(file('reserve')).size, reserveBytes);
    assert.equal(reserve.isReleased, false);
  });
});
