import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { addJob, openTemporary, type Temporary } from './temporary.ts';

describe('text search', () => {
  let bench: Temporary;
  beforeEach(() => {
    bench = openTemporary();
  });
  afterEach(() => bench.end());

  const found = (q: string) =>
    bench.store
      .list({ q })
      .jobs.map((job) => job.id)
      .sort();

  it('finds words of title, command, message and error', async () => {
    const error = { code: 'EXIT_CODE', message: 'Port taken', hint: 'Unsearched', details: 'Traceback zebra' };
    const progress = { current: 1, total: 2, message: 'Indexing whales', phase: null };
    await bench.store.write((tx) => {
      const times = { createdAt: 1, queuedAt: 1, lastActivityAt: 1, endedAt: 2 };
      const rest = { type: 'quokka', trigger: 'manual', engine: 'local', queue: 'q', priority: 'normal' } as const;
      const job = { id: 'a', title: 'Deploy Website', status: 'failed' as const, ...times, ...rest, error, progress };
      tx.insertJob(job, { command: { argv: ['make', 'release-it'] } });
      const event = { at: 1, attempt: null, kind: 'message' as const, context: null };
      tx.addEvent('a', { ...event, level: 'error', message: 'The giraffe left.' });
      tx.addEvent('a', { ...event, level: 'info', message: 'Chatter.' });
    });
    for (const q of ['deploy', 'WEBSITE', 'release-it', 'port taken', 'zebra', 'whales', 'giraffe', 'exit_code']) {
      assert.deepEqual(found(q), ['a'], q);
    }
    for (const q of ['unsearched', 'quokka', 'chatter', 'ploy', 'f1', 'ended']) assert.deepEqual(found(q), [], q);
  });

  it('follows a changed title, command and error', async () => {
    await addJob(bench.store, { id: 'a', title: 'One' });
    await bench.store.write((tx) => {
      tx.updateJob('a', { title: 'Two' });
      tx.updateData('a', { command: { argv: ['three'] } });
    });
    assert.deepEqual([found('one'), found('true'), found('two three')], [[], [], ['a']]);
  });

  it('uses the last word as a prefix, unless it has one character or is followed by a space', async () => {
    await addJob(bench.store, { id: 'a', title: 'nightly deployment' });
    assert.deepEqual([found('deploy'), found('nightly de'), found('night deployment')], [['a'], ['a'], []]);
    assert.deepEqual([found('deploy '), found('deployment '), found('d')], [[], ['a'], []]);
  });

  it('finds a number only as a whole, not at the beginning of an ID', async () => {
    await addJob(bench.store, { id: 'a', title: 'shard 12' });
    await addJob(bench.store, { id: 'b', title: 'shard 7' });
    await bench.store.write((tx) => tx.updateData('b', { command: { argv: ['run', '--id', '12ab3k'] } }));
    assert.deepEqual([found('shard 12'), found('shard-12'), found('shard 1')], [['a'], ['a'], []]);
    assert.deepEqual(found('12ab'), ['b']);
  });

  it('ignores accents', async () => {
    await addJob(bench.store, { id: 'a', title: 'Größe prüfen' });
    assert.deepEqual([found('große'), found('PRÜFEN')], [['a'], ['a']]);
  });

  it('interprets no part of the text as syntax', async () => {
    await addJob(bench.store, { id: 'a', title: 'plain' });
    for (const q of ['title: plain', 'plain OR x', 'NOT plain', 'plain" OR "x', 'pl*in', '{title} : plain']) {
      assert.deepEqual(found(q), [], q);
    }
    assert.deepEqual(
      [found('(plain)'), found('-plain'), found('"plain"'), found("plain';--")],
      [['a'], ['a'], ['a'], ['a']],
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (text) => {
        try {
          found(text);
        } catch (error) {
          assert.equal((error as { variant?: string }).variant, 'searchEmpty');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('matches a scan of all jobs', async () => {
    const word = fc.constantFrom('alpha', 'alp', 'beta', 'be', 'Gamma', 'x1', 'é');
    const words = fc.array(word, { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(fc.array(words, { maxLength: 12 }), words, async (titles, wanted) => {
      await bench.store.write((tx) => {
        for (const job of bench.store.list({ limit: 500 }).jobs) tx.removeJob(job.id);
      });
      await Promise.all(titles.map((title, n) => addJob(bench.store, { id: `job${n}`, title: title.join(' ') })));
      const plain = (text: string) => text.toLowerCase().replace('é', 'e');
      const fits = (title: string[]) =>
        wanted.every((one, index) =>
          [...title, 'true'].some((other) =>
            index === wanted.length - 1 ? plain(other).startsWith(plain(one)) : plain(other) === plain(one),
          ),
        );
      const expected = titles.flatMap((title, n) => (fits(title) ? [`job${n}`] : []));
      assert.deepEqual(found(wanted.join(' ')), expected.sort());
    });
    await fc.assert(property, { numRuns: 100 });
  });
});
