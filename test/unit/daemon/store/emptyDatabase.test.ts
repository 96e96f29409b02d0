import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { openDatabase } from '../../../../daemon/store/database.ts';
import { writeEmptyDatabase } from './emptyDatabase.ts';

describe('the empty database of tests', () => {
  let folder: string;
  const opened: Database.Database[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-store-'));
  });
  afterEach(() => {
    for (const db of opened.splice(0)) db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function open(name: string): Database.Database {
    const { db } = openDatabase(join(folder, name), () => 0);
    opened.push(db);
    return db;
  }
  const meta = (db: Database.Database) =>
    Object.fromEntries(db.prepare('SELECT key, value FROM meta').raw().all() as [string, unknown][]);

  it('is the one that the daemon creates, except for random values', () => {
    writeEmptyDatabase(join(folder, 'copy.db'));
    const [created, copy] = [open('created.db'), open('copy.db')];
    const schema = 'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name';
    const random = { epoch: '', job_token_secret: '' };

    assert.deepEqual(copy.prepare(schema).all(), created.prepare(schema).all());
    assert.deepEqual({ ...meta(copy), ...random }, { ...meta(created), ...random });
    assert.equal(statSync(join(folder, 'copy.db')).mode, statSync(join(folder, 'created.db')).mode);
  });

  it('has random values of its own', () => {
    writeEmptyDatabase(join(folder, 'a.db'));
    writeEmptyDatabase(join(folder, 'b.db'));
    const [a, b] = [meta(open('a.db')), meta(open('b.db'))];

    assert.notEqual(a.epoch, b.epoch);
    assert.notEqual(a.job_token_secret, b.job_token_secret);
    assert.match(String(a.epoch), /^[0-9a-f]{32}$/);
  });
});
