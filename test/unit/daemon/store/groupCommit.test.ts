import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { openDatabase } from '../../../../daemon/store/database.ts';
import type { ChangeSet } from '../../../../daemon/store/ports.ts';
import { Store } from '../../../../daemon/store/store.ts';
import type { Tx } from '../../../../daemon/store/tx.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { addJob, newJob, openTemporary, type Temporary } from './temporary.ts';

describe('group commit', () => {
  let bench: Temporary;
  let commits: ChangeSet[];

  beforeEach(() => {
    bench = openTemporary();
    commits = [];
    bench.store.onCommit((changes) => commits.push(changes));
  });
  afterEach(() => bench.end());

  it('commits the writes of one turn together, with one revision', async () => {
    await Promise.all(['a', 'b', 'c'].map((id) => addJob(bench.store, { id })));

    assert.deepEqual(commits, [{ rev: 1, changed: ['a', 'b', 'c'], removed: [], onlyActivity: false, isSaved: true }]);
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => bench.store.job(id)?.rev),
      [1, 1, 1],
    );
    assert.equal(bench.store.rev(), 1);
  });

  it('lets a later write of the turn see an earlier one', async () => {
    const first = addJob(bench.store, { id: 'a' });
    const second = bench.store.write((tx) => tx.jobs.find('a')?.title);

    await first;
    assert.equal(await second, 'a');
  });

  it('rolls back only the closure that throws, and rejects only its promise', async () => {
    const good = addJob(bench.store, { id: 'a' });
    const bad = bench.store.write((tx) => {
      tx.insertJob(newJob({ id: 'b' }), {});
      throw new Error('second thoughts');
    });
    const last = addJob(bench.store, { id: 'c' });

    await assert.rejects(bad, /second thoughts/);
    await Promise.all([good, last]);
    assert.equal(bench.store.job('b'), null);
    assert.deepEqual(commits, [{ rev: 1, changed: ['a', 'c'], removed: [], onlyActivity: false, isSaved: true }]);
  });

  it('uses no revision if nothing changed', async () => {
    await addJob(bench.store, { id: 'a' });
    await bench.store.write((tx) => tx.jobs.find('a'));
    await assert.rejects(addJob(bench.store, { id: 'a' }), /UNIQUE/);

    assert.equal(bench.store.rev(), 1);
    assert.equal(commits.length, 1);
  });

  it('stamps the revision on a job whose only change is in its timeline', async () => {
    await addJob(bench.store, { id: 'a' });
    await addJob(bench.store, { id: 'b' });
    const event = { at: 1, attempt: null, kind: 'message', level: 'info', message: 'Hello', context: null } as const;
    await bench.store.write((tx) => tx.addEvent('a', event));

    assert.equal(bench.store.job('a')?.rev, 3);
    assert.equal(bench.store.job('b')?.rev, 2);
  });

  it('reports a job that was changed and removed in one commit as removed', async () => {
    await addJob(bench.store, { id: 'a' });
    const change = bench.store.write((tx) => tx.updateJob('a', { title: 'new' }));
    const removal = bench.store.write((tx) => tx.removeJob('a'));
    await Promise.all([change, removal]);

    assert.deepEqual(commits.at(-1), { rev: 2, changed: [], removed: ['a'], onlyActivity: false, isSaved: true });
  });

  it('resolves only after the commit', async () => {
    const { db } = openDatabase(bench.file, () => 0);
    const seen = await addJob(bench.store, { id: 'a' }).then(() =>
      db.prepare('SELECT count(*) FROM jobs').pluck().get(),
    );
    db.close();

    assert.equal(seen, 1);
  });

  it('is not affected by a listener that throws', async () => {
    const broken = () => {
      throw new Error('broken listener');
    };
    bench.store.onCommit(broken);
    const later: number[] = [];
    bench.store.onCommit(({ rev }) => later.push(rev));

    await addJob(bench.store, { id: 'a' });

    assert.deepEqual(later, [1]);
    assert.match(String(bench.problems[0]), /broken listener/);
  });

  it('no longer calls a listener that has unsubscribed', async () => {
    const seen: number[] = [];
    const unsubscribe = bench.store.onCommit(({ rev }) => seen.push(rev));
    unsubscribe();
    await addJob(bench.store, { id: 'a' });

    assert.deepEqual(seen, []);
  });

  it('commits queued writes when it closes, and refuses later ones', async () => {
    const queued = addJob(bench.store, { id: 'a' });
    bench.store.close();
    bench.store.close();

    await queued;
    await assert.rejects(addJob(bench.store, { id: 'b' }), { code: 'DAEMON_STOPPING' });
    bench.reopen();
    assert.equal(bench.store.job('a')?.id, 'a');
    assert.equal(bench.store.job('b'), null);
  });
});

describe('a full disk', () => {
  const big = { metadata: { text: 'x'.repeat(100_000) } };
  let bench: Temporary;
  beforeEach(() => {
    bench = openTemporary();
  });
  afterEach(() => bench.end());

  /** A store on a disk with space for `pages` more pages. */
  function nearlyFull(pages: number): { store: Store; free(): void } {
    bench.store.close();
    const { db } = openDatabase(bench.file, () => 0);
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + pages}`);
    const store = new Store(db, bench.file, bench.options);
    bench.opened.push(store);
    return { store, free: () => db.pragma('max_page_count = 1000000') };
  }

  const insert = (id: string) => (tx: Tx) => tx.insertJob(newJob({ id }), big);

  it('rejects writes with STORAGE_FULL, keeps existing data, and accepts writes again later', async () => {
    await addJob(bench.store, { id: 'a' });
    const { store, free } = nearlyFull(1);

    await assert.rejects(store.write(insert('b')), (error) => {
      assert.ok(error instanceof JobdeckError);
      assert.equal(error.code, 'STORAGE_FULL');
      assert.match(error.hint ?? '', /[Ff]ree/);
      return true;
    });
    assert.equal(store.job('a')?.id, 'a');
    assert.equal(store.job('b'), null);
    assert.equal(store.rev(), 1);

    free();
    await store.write(insert('b'));
    assert.equal(store.job('b')?.rev, 2);
  });

  it('acknowledges no write of the batch that is lost', async () => {
    const { store, free } = nearlyFull(30);
    const ids = ['a', 'b', 'c'];
    const outcomes = await Promise.allSettled(ids.map((id) => store.write(insert(id))));

    assert.ok(outcomes.some((outcome) => outcome.status === 'rejected'));
    for (const [index, id] of ids.entries()) {
      assert.equal(outcomes[index]?.status === 'fulfilled', store.job(id) !== null, `job ${id}`);
    }
    free();
  });
});

describe('a database locked by another program', () => {
  it('rejects writes with STORAGE_FAILED, and works again once it is unlocked', async () => {
    const bench = openTemporary();
    try {
      const { db: other } = openDatabase(bench.file, () => 0);
      other.exec('BEGIN IMMEDIATE');
      await assert.rejects(addJob(bench.store, { id: 'a' }), { code: 'STORAGE_FAILED' });
      other.exec('ROLLBACK');
      other.close();

      await addJob(bench.store, { id: 'a' });
      assert.equal(bench.store.job('a')?.rev, 1);
    } finally {
      bench.end();
    }
  });
});
