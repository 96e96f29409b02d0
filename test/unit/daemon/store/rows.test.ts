import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { commandLine, cut } from '../../../../daemon/store/values.ts';
import { addJob, newJob, openTemporary, type Temporary } from './temporary.ts';

describe('the display of a command', () => {
  it('is on one line, cut at 1,000 characters', () => {
    assert.equal(commandLine({ argv: ['echo', 'two words'] }), "echo 'two words'");
    assert.equal(commandLine(null), null);
    const long = commandLine({ shell: 'x'.repeat(5000) });
    assert.equal(long?.length, 1000);
    assert.match(long ?? '', /x…$/);
  });

  it('never ends with half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (text, length) => {
        const short = cut(text, length);
        assert.ok(short.length <= length);
        // Throws for an unpaired surrogate.
        encodeURIComponent(short);
      }),
    );
  });
});

describe('the stored data of a job', () => {
  let bench: Temporary;
  beforeEach(() => {
    bench = openTemporary({ logSize: (jobId, attempt) => (attempt === 1 ? jobId.length : null) });
  });
  afterEach(() => bench.end());

  it('is read as it was written, with times in ISO 8601', async () => {
    const error = { code: 'EXIT_CODE', message: 'It failed.', hint: null, details: 'tail' };
    const progress = { current: 3, total: null, message: 'Indexing', phase: 'two' };
    await bench.store.write((tx) =>
      tx.insertJob(newJob({ id: 'a', endedAt: 2_000_000_000_000, status: 'failed', error, progress, rangeStart: 5 }), {
        command: { shell: 'make\nall' },
        input: 'plain text',
        result: [1, { two: null }],
        metadata: { nested: { deep: true } },
        scope: 0,
      }),
    );
    const detail = bench.store.detail('a');

    assert.ok(detail);
    assert.deepEqual(detail.error, error);
    assert.deepEqual(detail.progress, progress);
    assert.equal(detail.endedAt, '2033-05-18T03:33:20.000Z');
    assert.equal(detail.createdAt, '1970-01-01T00:00:01.000Z');
    assert.equal(detail.rangeStart, '1970-01-01T00:00:00.005Z');
    assert.deepEqual(detail.command, { shell: 'make\nall' });
    assert.equal(detail.input, 'plain text');
    assert.deepEqual(detail.result, [1, { two: null }]);
    assert.deepEqual(detail.metadata, { nested: { deep: true } });
    assert.equal(detail.scope, 0);
    assert.deepEqual(detail.steps, []);
    assert.ok(!('env' in detail));
  });

  it('contains each attempt with the size of its log', async () => {
    await addJob(bench.store, { id: 'abc' });
    await bench.store.write((tx) => {
      for (const number of [2, 1])
        tx.insertAttempt('abc', { number, launch: 1, status: 'starting', createdAt: number });
    });
    const attempts = bench.store.detail('abc')?.attempts ?? [];

    assert.deepEqual(
      attempts.map(({ number, logBytes }) => [number, logBytes]),
      [
        [1, 3],
        [2, null],
      ],
    );
  });

  it('contains the latest 500 entries of the timeline, oldest first', async () => {
    await addJob(bench.store, { id: 'a' });
    await bench.store.write((tx) => {
      for (let at = 1; at <= 600; at += 1) {
        tx.addEvent('a', { at, attempt: 1, kind: 'message', level: 'info', message: `Entry ${at}`, context: { at } });
      }
    });
    const events = bench.store.detail('a')?.events ?? [];

    assert.equal(events.length, 500);
    assert.equal(events[0]?.message, 'Entry 101');
    assert.deepEqual(events.at(-1)?.context, { at: 600 });
  });

  it('is removed with the job', async () => {
    await addJob(bench.store, { id: 'a' });
    await bench.store.write((tx) => tx.insertAttempt('a', { number: 1, launch: 1, status: 'starting', createdAt: 1 }));
    await bench.store.write((tx) => tx.removeJob('a'));

    assert.equal(bench.store.detail('a'), null);
    assert.equal(
      bench.store.read((rows) => rows.attempts.find('a', 1)),
      null,
    );
    assert.equal(
      bench.store.read((rows) => rows.jobs.data('a')),
      null,
    );
  });

  it('can’t have an end without a terminal status, or the reverse', async () => {
    await assert.rejects(addJob(bench.store, { id: 'a', status: 'running', endedAt: 5 }), /CHECK/);
    await assert.rejects(addJob(bench.store, { id: 'b', status: 'failed' }), /CHECK/);
  });

  it('is counted by status, and measured', async () => {
    await addJob(bench.store, { id: 'a' });
    await addJob(bench.store, { id: 'b' });
    await addJob(bench.store, { id: 'c', endedAt: 5 });

    const counts = { pending: 2, waiting: 0, running: 0, completed: 1, failed: 0, cancelled: 0, lost: 0 };
    assert.deepEqual(bench.store.counts(), counts);
    assert.ok(bench.store.bytes() > 4096);
  });
});
