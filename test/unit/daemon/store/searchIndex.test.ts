import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { openDatabase } from '../../../../daemon/store/database.ts';
import { Store } from '../../../../daemon/store/store.ts';
import type { Tx } from '../../../../daemon/store/tx.ts';
import { addJob, newJob, openTemporary, type Temporary } from './temporary.ts';

const words = ['alpha', 'beacon', 'cargo', 'delta'] as const;
const word = fc.constantFrom(...words);
const id = fc.constantFrom('a', 'b', 'c');
type Field = 'title' | 'command' | 'progress' | 'error' | 'warning';

/** What a test expects to be found: the words of each job by where they are, and its status. */
interface Expected {
  words: Map<Field, string>;
  isRunning: boolean;
}

type Change =
  | { kind: 'set'; id: string; field: Field; word: string }
  | { kind: 'status'; id: string; isRunning: boolean }
  | { kind: 'remove'; id: string }
  | { kind: 'crash' };

const field = fc.constantFrom<Field>('title', 'command', 'progress', 'error', 'warning');
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), id, field, word }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('status' as const), id, isRunning: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
);

function write(tx: Tx, { id: job, field: where, word: text }: Extract<Change, { kind: 'set' }>): void {
  if (where === 'title') tx.updateJob(job, { title: text });
  if (where === 'command') tx.updateData(job, { command: { argv: ['echo', text] } });
  if (where === 'progress') tx.noteActivity(job, 1, JSON.stringify({ current: 1, total: 2, message: text }));
  if (where === 'error') tx.updateJob(job, { error: { code: 'X', message: text, hint: null, details: null } });
  if (where === 'warning') {
    tx.addEvent(job, { at: 1, attempt: null, kind: 'message', level: 'warning', message: text, context: null });
  }
}

describe('a search', () => {
  let bench: Temporary;
  beforeEach(() => {
    bench = openTemporary();
  });
  afterEach(() => bench.end());

  const due = () => {
    const db = new Database(bench.file, { readonly: true });
    const count = db.prepare('SELECT count(*) FROM search_due').pluck().get() as number;
    db.close();
    return count;
  };
  const found = (q: string, status?: string) =>
    bench.store
      .list({ q: `${q} `, ...(status === undefined ? {} : { status }) })
      .jobs.map((job) => job.id)
      .sort();

  it('finds the words that jobs have after every kind of change, also after a crash', async () => {
    const property = fc.asyncProperty(fc.array(fc.tuple(change, fc.boolean()), { maxLength: 25 }), async (changes) => {
      bench.end();
      bench = openTemporary();
      const expected = new Map<string, Expected>();
      for (const [one, searches] of changes) {
        if (one.kind === 'crash') bench.reopen();
        else if (one.kind === 'remove') {
          if (expected.delete(one.id)) await bench.store.write((tx) => tx.removeJob(one.id));
        } else {
          if (!expected.has(one.id)) await addJob(bench.store, { id: one.id });
          const job = expected.get(one.id) ?? { words: new Map(), isRunning: false };
          expected.set(one.id, job);
          if (one.kind === 'status') {
            job.isRunning = one.isRunning;
            await bench.store.write((tx) => tx.updateJob(one.id, { status: one.isRunning ? 'running' : 'pending' }));
          } else {
            // All warnings are searched.
            const before = one.field === 'warning' ? (job.words.get('warning') ?? '') : '';
            job.words.set(one.field, `${before} ${one.word}`);
            await bench.store.write((tx) => write(tx, one));
          }
        }
        if (!searches) continue;
        for (const text of words) {
          const having = [...expected].filter(([, job]) => [...job.words.values()].join(' ').includes(text));
          assert.deepEqual(found(text), having.map(([job]) => job).sort());
          const running = having.filter(([, job]) => job.isRunning).map(([job]) => job);
          assert.deepEqual(found(text, 'running'), running.sort());
        }
      }
    });
    await fc.assert(property, { numRuns: 40 });
  }).timeout(60_000);

  it('needs no space on the disk', async () => {
    await addJob(bench.store, { id: 'a', title: 'alpha' });
    bench.store.close();
    const { db } = openDatabase(bench.file, () => 0);
    const store = new Store(db, bench.file, bench.options);
    bench.opened.push(store);
    const { transaction } = db;
    db.transaction = ((closure: () => unknown) => {
      const full = () => {
        closure();
        throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
      };
      return Object.assign(() => closure(), { immediate: () => transaction.call(db, full).immediate() });
    }) as typeof transaction;

    assert.deepEqual(
      store.list({ q: 'alpha' }).jobs.map((job) => job.id),
      ['a'],
    );
    assert.equal(due(), 1);
    db.transaction = transaction;
    assert.equal(store.list({ q: 'alpha' }).total, 1);
    assert.equal(due(), 0);
  });

  it('leaves little to index, also when many jobs changed at once', async () => {
    await bench.store.write((tx) => {
      for (let n = 0; n < 1_000; n += 1) tx.insertJob(newJob({ id: `j${n}` }), { command: { argv: ['true'] } });
    });
    assert.equal(due(), 1_000);
    while (due() > 256) await new Promise(setImmediate);
    assert.equal(bench.store.list({ q: 'true ' }).total, 1_000);
    assert.equal(due(), 0);
  });
});
