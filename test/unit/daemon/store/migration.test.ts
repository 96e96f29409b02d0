import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { jobRules } from '../../../../daemon/jobs/kinds/rules.ts';
import { listJobs } from '../../../../daemon/store/queries/list.ts';
import { migrate } from '../../../../daemon/store/schema/migrations.ts';
import { fillSearch, positionsPerMs } from '../../../../daemon/store/schema/searchStep.ts';
import { Statements } from '../../../../daemon/store/statements.ts';
import type { ListQuery } from '../../../../shared/protocol.ts';
import { addJob, openTemporary, type Temporary } from './temporary.ts';

/** The data that the triggers maintain, in a fixed order. */
function kept(db: Database.Database): unknown[] {
  return [
    db.prepare('SELECT name, value, jobs FROM facets WHERE jobs > 0 ORDER BY name, value').all(),
    db.prepare('SELECT * FROM stats_days ORDER BY day, type, status').all(),
    db.prepare('SELECT * FROM stats_durations ORDER BY day, type, step').all(),
  ];
}

describe('a database of the first version', () => {
  it('becomes searchable, with its jobs in the order of creation even at the same time', () => {
    const db = new Database(':memory:');
    migrate(db, 1);
    const add = db.prepare(`INSERT INTO jobs (id, title, type, status, trigger, engine, queue, priority, created_at,
      queued_at, last_activity_at, ended_at, queue_order)
      VALUES (?, 'Old ' || ?, 't', 'completed', 'manual', 'local', 'q', 'low', ?, 0, 0, 9, 1)`);
    const ids = Array.from({ length: positionsPerMs + 100 }, (_, n) => `a${String(n).padStart(5, '0')}`);
    for (const id of ids) add.run(id, id, 1_000);
    for (const [id, at] of [
      ['later', 2_000],
      ['next', 1_001],
      ['first', 1],
    ] as const)
      add.run(id, id, at);

    migrate(db);

    const inOrder = db.prepare('SELECT id FROM jobs ORDER BY seq').pluck().all();
    assert.deepEqual(inOrder, ['first', ...ids, 'next', 'later']);
    const first = db.prepare(`SELECT seq FROM jobs WHERE id IN ('first', 'later') ORDER BY seq`).pluck().all();
    assert.deepEqual(first, [positionsPerMs, 2_000 * positionsPerMs]);
    const sql = new Statements(db);
    const list = (query: ListQuery) => listJobs(sql, query, { now: 0, rules: jobRules }).jobs.map((job) => job.id);
    assert.deepEqual([list({ q: 'old next' }), list({ limit: 2 })], [['next'], ['later', 'next']]);
    db.close();
  });
});

describe('a database from before tags', () => {
  it('finds its paused and held jobs', () => {
    const db = new Database(':memory:');
    migrate(db, 10);
    const add = db.prepare(`INSERT INTO jobs (id, title, type, status, wait_reason, paused_at, trigger, engine, queue,
      priority, created_at, queued_at, last_activity_at, queue_order, seq)
      VALUES (?, 't', 't', ?, ?, ?, 'manual', 'local', 'q', 'low', 1, 1, 1, ?, ?)`);
    add.run('paused', 'running', null, 5, 1, 1024);
    add.run('running', 'running', null, null, 2, 1025);
    add.run('held', 'waiting', 'hold', null, 3, 1026);

    migrate(db);

    const sql = new Statements(db);
    const list = (query: ListQuery) => listJobs(sql, query, { now: 0, rules: jobRules }).jobs.map((job) => job.id);
    assert.deepEqual([list({ status: 'paused' }), list({ status: 'held' })], [['paused'], ['held']]);
    assert.deepEqual(list({ status: 'running' }), ['running', 'paused']);
    assert.deepEqual(list({ q: 't' }).length, 3);
    db.close();
  });
});

describe('the data for search and statistics', () => {
  let bench: Temporary;
  beforeEach(() => {
    bench = openTemporary();
  });
  afterEach(() => bench.end());

  it('is the same whether it is filled at once for an older database or updated by every write', async () => {
    for (let n = 0; n < 9; n += 1) {
      await addJob(bench.store, {
        id: `a${n}`,
        type: n % 2 ? 'x' : 'y',
        startedAt: n,
        endedAt: 1_000 * n,
        queue: `q${n}`,
        tags: n % 3 ? ['odd', `t${n}`] : null,
      });
    }
    await bench.store.write((tx) => {
      tx.removeJob('a1');
      tx.updateJob('a2', { status: 'pending', startedAt: null, endedAt: null, queue: 'other' });
      tx.updateJob('a3', { status: 'failed' });
    });
    bench.store.close();
    const db = new Database(bench.file);
    const before = kept(db);
    db.exec('DELETE FROM facets; DELETE FROM stats_days; DELETE FROM stats_durations;');
    db.exec("INSERT INTO search (search) VALUES ('delete-all');");
    db.exec(fillSearch());
    assert.deepEqual(kept(db), before);
    db.close();
    bench.reopen();
    assert.deepEqual(
      bench.store.list({ q: 'a3', status: 'failed' }).jobs.map((job) => job.id),
      ['a3'],
    );
  });
});
