import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Job, JobStatus } from '../../../../shared/job.ts';
import type { ListQuery } from '../../../../shared/protocol.ts';
import { addJob, openTemporary, type Temporary } from './temporary.ts';

describe('lists of jobs', () => {
  let bench: Temporary;
  beforeEach(() => {
    bench = openTemporary();
  });
  afterEach(() => bench.end());

  /** Reads all pages, and calls `between` before each except the first. */
  async function pages(query: ListQuery, between: (page: number) => Promise<void> = async () => {}): Promise<Job[]> {
    const jobs: Job[] = [];
    let cursor: string | null = null;
    for (let page = 0; page === 0 || cursor !== null; page += 1) {
      if (page > 0) await between(page);
      const answer = bench.store.list({ ...query, ...(cursor === null ? {} : { cursor }) });
      jobs.push(...answer.jobs);
      cursor = answer.nextCursor;
    }
    return jobs;
  }

  it('are sorted by creation, newest first, with the later job of one millisecond first', async () => {
    await addJob(bench.store, { id: 'b', createdAt: 5 });
    await addJob(bench.store, { id: 'a', createdAt: 7 });
    await addJob(bench.store, { id: 'c', createdAt: 5 });

    assert.deepEqual(
      bench.store.list({}).jobs.map((job) => job.id),
      ['a', 'c', 'b'],
    );
  });

  it('return every job once, page by page, however many were created in the same millisecond', async () => {
    const cases = fc.record({
      times: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 25 }),
      limit: fc.integer({ min: 1, max: 7 }),
    });
    const property = fc.asyncProperty(cases, async ({ times, limit }) => {
      await bench.store.write((tx) => {
        for (const id of tx.retention.finished(['completed'], 1000)) tx.removeJob(id);
      });
      await Promise.all(times.map((createdAt, n) => addJob(bench.store, { id: `job${n}`, createdAt, endedAt: 9 })));
      const seen = await pages({ limit });

      assert.equal(bench.store.list({ limit }).total, times.length);
      const expected = times
        .map((createdAt, n) => ({ id: `job${n}`, createdAt }))
        .reverse()
        .sort((a, b) => b.createdAt - a.createdAt);
      assert.deepEqual(
        seen.map((job) => job.id),
        expected.map((job) => job.id),
      );
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('neither repeat nor omit an old job when others are added and removed between two pages', async () => {
    for (let n = 0; n < 20; n += 1) await addJob(bench.store, { id: `old${n + 10}`, createdAt: n, endedAt: 99 });
    const seen = await pages({ limit: 3 }, async (page) => {
      await addJob(bench.store, { id: `new${page}`, createdAt: 1000 + page });
      await bench.store.write((tx) => tx.removeJob(`old${30 - page}`));
    });
    const ids = seen.map((job) => job.id);

    assert.equal(new Set(ids).size, ids.length);
    for (let n = 10; n < 23; n += 1) assert.ok(ids.includes(`old${n}`), `old${n}`);
  });

  it('contain the jobs with one or several statuses, with their number', async () => {
    await addJob(bench.store, { id: 'a' });
    for (const [id, status] of Object.entries<JobStatus>({ b: 'failed', c: 'completed', d: 'failed' })) {
      await addJob(bench.store, { id, status, endedAt: 5 });
    }
    const ids = (status: string) => bench.store.list({ status }).jobs.map((job) => job.id);

    assert.deepEqual(ids('failed'), ['d', 'b']);
    assert.deepEqual(ids('pending, failed'), ['d', 'b', 'a']);
    assert.deepEqual(ids('running'), []);
    assert.equal(bench.store.list({ status: 'failed', limit: 1 }).total, 2);
  });

  it('contain the jobs of a type, an engine and a workspace', async () => {
    await addJob(bench.store, { id: 'a', type: 'build', workspace: '/w' });
    await addJob(bench.store, { id: 'b', type: 'build' });
    await addJob(bench.store, { id: 'c', type: 'test', workspace: '/w', engine: 'other' });
    const ids = (query: ListQuery) => bench.store.list(query).jobs.map((job) => job.id);

    assert.deepEqual(ids({ type: 'build' }), ['b', 'a']);
    assert.deepEqual(ids({ workspace: '/w' }), ['c', 'a']);
    assert.deepEqual(ids({ engine: 'other' }), ['c']);
    assert.deepEqual(ids({ type: 'build', workspace: '/w' }), ['a']);
  });

  it('contain the jobs of several types, even if one of them is unknown', async () => {
    for (const type of ['build', 'test', 'deploy']) await addJob(bench.store, { id: type, type });
    const page = bench.store.list({ type: ['build', 'deploy', 'none'] });

    assert.deepEqual([page.jobs.map(({ id }) => id), page.total], [['deploy', 'build'], 2]);
  });

  it('contain the jobs that ended in a time range, latest end first, and no active ones', async () => {
    await addJob(bench.store, { id: 'runs' });
    for (const endedAt of [5, 6, 7, 8])
      await addJob(bench.store, { id: `e${endedAt}`, createdAt: 9 - endedAt, endedAt });
    const at = (ms: number) => new Date(ms).toISOString();
    const ids = (query: ListQuery) => bench.store.list(query).jobs.map((job) => job.id);

    assert.deepEqual(ids({ endedSince: at(6), endedUntil: at(7) }), ['e7', 'e6']);
    assert.deepEqual(ids({ endedUntil: at(6) }), ['e6', 'e5']);
    assert.deepEqual(ids({ endedSince: at(1), order: 'asc' }), ['e5', 'e6', 'e7', 'e8']);
  });

  it('take the trigger of backfills by either name', async () => {
    await addJob(bench.store, { id: 'a', trigger: 'retrospective' });
    await addJob(bench.store, { id: 'b', trigger: 'scheduled' });
    const ids = (trigger: string) => bench.store.list({ trigger }).jobs.map(({ id }) => id);
    assert.deepEqual([ids('backfill'), ids('retrospective')], [['a'], ['a']]);
    assert.deepEqual([ids('backfill,retrospective'), ids('scheduled,backfill')], [['a'], ['b', 'a']]);
    assert.equal(bench.store.list({ trigger: 'backfill,retrospective' }).total, 1);
  });

  it('take paused and held jobs, and follow them when they become so', async () => {
    const { store } = bench;
    const running = { status: 'running', startedAt: 5 } as const;
    for (const id of ['a', 'b']) await addJob(store, { id, ...running });
    for (const id of ['c', 'd']) await addJob(store, { id, status: 'waiting', waitReason: 'delay' });
    const ids = (status: string) =>
      store
        .list({ status })
        .jobs.map(({ id }) => id)
        .sort();
    assert.deepEqual([ids('paused'), ids('held')], [[], []]);
    await store.write((tx) => {
      tx.updateJob('a', { pausedAt: 9 });
      tx.updateJob('c', { waitReason: 'hold' });
    });
    assert.deepEqual([ids('paused'), ids('held'), ids('held,paused')], [['a'], ['c'], ['a', 'c']]);
    assert.deepEqual([store.list({ status: 'running,paused' }).total, store.list({ status: 'paused' }).total], [2, 1]);
    await store.write((tx) => tx.updateJob('a', { pausedAt: null }));
    assert.deepEqual([ids('paused'), ids('running')], [[], ['a', 'b']]);
  });

  it('take the jobs with a tag, or with any of several, each once', async () => {
    const { store } = bench;
    await addJob(store, { id: 'a', tags: ['docs', 'nightly'] });
    await addJob(store, { id: 'b', tags: ['nightly'] });
    await addJob(store, { id: 'c' });
    const found = (tag: string | string[]) => {
      const { jobs, total } = store.list({ tag });
      return [jobs.map(({ id }) => id), total];
    };
    assert.deepEqual(found('docs'), [['a'], 1]);
    assert.deepEqual(found(['docs', 'nightly']), [['b', 'a'], 2]);
    assert.deepEqual(found('none'), [[], 0]);
    assert.deepEqual([store.job('a')?.tags, store.job('c')?.tags], [['docs', 'nightly'], []]);
    assert.deepEqual(store.facets().tag, [
      { value: 'nightly', jobs: 2 },
      { value: 'docs', jobs: 1 },
    ]);
    await store.write((tx) => tx.removeJob('a'));
    assert.deepEqual(store.facets().tag, [{ value: 'nightly', jobs: 1 }]);
  });

  it('list the values they can be filtered by, the most frequent first', async () => {
    for (const [id, type] of [
      ['a', 'test'],
      ['b', 'build'],
      ['c', 'build'],
    ] as const)
      await addJob(bench.store, { id, type });
    assert.deepEqual(bench.store.facets().type, [
      { value: 'build', jobs: 2 },
      { value: 'test', jobs: 1 },
    ]);
    assert.deepEqual(bench.store.facets().workspace, []);
  });

  it('reject an invalid status with the valid ones', () => {
    for (const status of ['done', '', 'running,', "failed' OR 1"]) {
      assert.throws(() => bench.store.list({ status }), { code: 'INVALID_REQUEST' }, status);
    }
    assert.throws(() => bench.store.list({ status: 'failed,done' }), /“done”/);
  });

  it('reject an invalid cursor', () => {
    const forged = [
      'x',
      '!',
      'AAAA',
      Buffer.from('1 a OR 1').toString('base64url'),
      Buffer.from('-1 a').toString('base64'),
    ];
    for (const cursor of forged) assert.throws(() => bench.store.list({ cursor }), { code: 'INVALID_REQUEST' }, cursor);
  });

  it('contain neither environment nor data of the job', async () => {
    await addJob(bench.store, { id: 'a' });
    const [job] = bench.store.list({}).jobs;

    for (const field of ['env', 'command', 'input', 'result', 'metadata', 'scope', 'steps', 'queueOrder']) {
      assert.ok(job && !(field in job), field);
    }
  });
});
