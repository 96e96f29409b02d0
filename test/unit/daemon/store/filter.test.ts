import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { NewJob } from '../../../../daemon/store/tx.ts';
import type { Job, JobStatus } from '../../../../shared/job.ts';
import type { ListQuery } from '../../../../shared/protocol.ts';
import { addJob, newJob, openTemporary, type Temporary } from './temporary.ts';

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const iso = (ms: number) => new Date(ms).toISOString();

/** Random jobs with few distinct values, so that filters match some of them. */
const someJobs = fc.array(
  fc.record({
    status: pick<JobStatus>('pending', 'waiting', 'running', 'completed', 'failed', 'cancelled'),
    waitReason: pick<'hold' | 'delay'>('hold', 'delay'),
    pausedAt: pick(null, 1012),
    tags: pick<string[] | null>(null, ['nightly'], ['docs', 'nightly']),
    type: pick('build', 'test', 'a "b" *'),
    trigger: pick('manual', 'scheduled'),
    queue: pick('default', 'gpu'),
    priority: pick('low', 'normal', 'urgent'),
    parentId: pick(null, 'group1'),
    workspace: pick(null, '/w'),
    createdBy: pick(null, 'me'),
    createdAt: fc.integer({ min: 1000, max: 1010 }),
    startedAt: fc.option(fc.integer({ min: 1010, max: 1015 })),
    endedAt: fc.integer({ min: 1010, max: 1020 }),
  }),
  { maxLength: 30 },
);
type SomeJob = typeof someJobs extends fc.Arbitrary<(infer T)[]> ? T : never;

const endTime = fc.integer({ min: 1009, max: 1021 }).map(iso);

const someQuery: fc.Arbitrary<ListQuery> = fc
  .record(
    {
      status: pick(
        'completed',
        'failed,cancelled',
        'pending, running',
        'lost',
        'paused',
        'held,failed',
        'running,paused',
      ),
      tag: pick<ListQuery['tag']>('nightly', 'none', ['docs', 'nightly']),
      type: pick<ListQuery['type']>('build', 'a "b" *', 'none', ['build', 'test'], ['none', 'a "b" *', 'none']),
      trigger: pick('manual', 'scheduled,manual'),
      queue: pick<ListQuery['queue']>('gpu', 'default', ['gpu', 'default']),
      priority: pick('low,normal', 'urgent'),
      parent: pick('group1', 'group2'),
      workspace: pick('/w'),
      createdBy: pick('me'),
      since: fc.integer({ min: 1000, max: 1010 }).map(iso),
      until: fc.integer({ min: 1000, max: 1010 }).map(iso),
      endedSince: endTime,
      endedUntil: endTime,
      sort: pick<NonNullable<ListQuery['sort']>>('createdAt', 'endedAt', 'duration'),
      order: pick<NonNullable<ListQuery['order']>>('asc', 'desc'),
    },
    { requiredKeys: [] },
  )
  // Lists filtered by end time have only one order.
  .map(({ sort, ...query }) => (isByEnd(query) || sort === undefined ? query : { ...query, sort }));

const isByEnd = ({ endedSince, endedUntil }: ListQuery) => endedSince !== undefined || endedUntil !== undefined;

const isActive = (status: string) => ['pending', 'waiting', 'running'].includes(status);
const stateOf = ({ status, pausedAt, waitReason }: NewJob) =>
  (status === 'running' && pausedAt != null && 'paused') ||
  (status === 'waiting' && waitReason === 'hold' && 'held') ||
  '';
const durationOf = (job: NewJob) =>
  job.startedAt == null || job.endedAt == null ? null : Math.max(0, job.endedAt - job.startedAt);

/** The same from a scan of all jobs, which are given in the order they were added. */
function naive(jobs: NewJob[], query: ListQuery): string[] {
  const among = (list: string | undefined, value: string) =>
    list === undefined || list.split(',').some((word) => word.trim() === value);
  const is = (wanted: string | string[] | undefined, value: string | null | undefined) =>
    wanted === undefined || [wanted].flat().includes(value ?? '');
  const sorted = {
    createdAt: (job: NewJob) => job.createdAt,
    endedAt: (job: NewJob) => job.endedAt ?? null,
    duration: durationOf,
  }[query.sort ?? (isByEnd(query) ? 'endedAt' : 'createdAt')];
  const up = jobs
    .map((job, added) => ({ job, added, value: sorted(job) }))
    .filter(({ job }) => {
      const { since, until, endedSince, endedUntil } = query;
      return (
        (among(query.status, job.status) || among(query.status, stateOf(job))) &&
        (query.tag === undefined || (job.tags ?? []).some((tag) => is(query.tag, tag))) &&
        among(query.trigger, job.trigger) &&
        among(query.priority, job.priority) &&
        is(query.type, job.type) &&
        is(query.queue, job.queue) &&
        is(query.parent, job.parentId) &&
        is(query.workspace, job.workspace) &&
        is(query.createdBy, job.createdBy) &&
        (since === undefined || job.createdAt >= Date.parse(since)) &&
        (until === undefined || job.createdAt < Date.parse(until)) &&
        (!isByEnd(query) || job.endedAt != null) &&
        (endedSince === undefined || (job.endedAt ?? 0) >= Date.parse(endedSince)) &&
        (endedUntil === undefined || (job.endedAt ?? 0) <= Date.parse(endedUntil))
      );
    })
    .sort((a, b) => (a.value ?? -1) - (b.value ?? -1) || a.job.createdAt - b.job.createdAt || a.added - b.added)
    .map(({ job }) => job.id);
  return query.order === 'asc' ? up : up.reverse();
}

describe('filters of lists', () => {
  let bench: Temporary;
  beforeEach(() => {
    bench = openTemporary();
  });
  afterEach(() => bench.end());

  const ids = (query: ListQuery) => bench.store.list(query).jobs.map((job) => job.id);

  /** Replaces all jobs by these. */
  async function fill(some: SomeJob[]): Promise<NewJob[]> {
    const jobs = some.map((job, n) => {
      const ended = isActive(job.status) ? { endedAt: null } : {};
      return newJob({ id: `job${n}`, ...(job as Partial<NewJob>), ...ended });
    });
    await bench.store.write((tx) => {
      for (const { id } of bench.store.list({ limit: 500 }).jobs) tx.removeJob(id);
      for (const job of jobs) tx.insertJob(job, {});
    });
    return jobs;
  }

  /** The number of matches decides how a page is read, but must not affect the result. */
  for (const [about, listLimits] of Object.entries({
    'few match': undefined,
    'many match': { count: 3, few: 0, fewInRange: 0 },
    'some match': { count: 8, few: 4, fewInRange: 9 },
  })) {
    it(`return exactly the matching jobs page by page, in order and counted, when ${about}`, async () => {
      bench.end();
      bench = openTemporary({ listLimits });
      const most = listLimits?.count ?? Number.POSITIVE_INFINITY;
      const cases = fc.asyncProperty(
        someJobs,
        someQuery,
        fc.integer({ min: 1, max: 8 }),
        async (some, query, limit) => {
          const jobs = await fill(some);
          const seen: Job[] = [];
          let cursor: string | undefined;
          do {
            const page = bench.store.list({ ...query, limit, cursor });
            seen.push(...page.jobs);
            cursor = page.nextCursor ?? undefined;
            const count = naive(jobs, query).length;
            if (page.totalIsExact) assert.equal(page.total, count);
            else assert.ok(isByEnd(query) ? page.total <= count : page.total === most && count > most);
            assert.ok(page.jobs.length <= limit);
          } while (cursor !== undefined);
          assert.deepEqual(
            seen.map((job) => job.id),
            naive(jobs, query),
          );
        },
      );
      await fc.assert(cases, { numRuns: 100 });
    });
  }

  it('follow a job through its life', async () => {
    await addJob(bench.store, { id: 'a', queue: 'gpu' });
    await addJob(bench.store, { id: 'b', createdAt: 2_000, endedAt: 2_009 });
    await bench.store.write((tx) => tx.updateJob('a', { status: 'running', startedAt: 5 }));
    assert.deepEqual([ids({ status: 'pending' }), ids({ status: 'running', queue: 'gpu' })], [[], ['a']]);
    await bench.store.write((tx) => tx.updateJob('a', { status: 'failed', endedAt: 9, queue: 'io' }));
    assert.deepEqual([ids({ queue: 'gpu' }), ids({ queue: 'io', status: 'failed' })], [[], ['a']]);
    assert.deepEqual(
      [ids({ sort: 'duration' }), ids({ sort: 'endedAt', order: 'asc' })],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    );
    await bench.store.write((tx) => tx.updateJob('a', { status: 'pending', startedAt: null, endedAt: null }));
    assert.deepEqual([ids({ status: 'pending' }), ids({ sort: 'endedAt' })], [['a'], ['b', 'a']]);
    await bench.store.write((tx) => tx.removeJob('a'));
    assert.deepEqual([ids({}), ids({ queue: 'io' }), bench.store.list({}).total], [['b'], [], 1]);
  });

  it('are rolled back with a failed write', async () => {
    const failed = bench.store.write((tx) => {
      tx.insertJob(newJob({ id: 'a', title: 'Deploy' }), {});
      throw new Error('undone');
    });
    await assert.rejects(failed, /undone/);
    assert.deepEqual([ids({ q: 'deploy' }), bench.store.list({}).total], [[], 0]);
  });

  it('neither repeat nor omit a job when others are added and end between two pages', async () => {
    for (let n = 0; n < 9; n += 1) await addJob(bench.store, { id: `old${n}`, type: 'a', endedAt: 100 + n });
    const query: ListQuery = { type: 'a', sort: 'endedAt', limit: 4 };
    const first = bench.store.list(query);
    await addJob(bench.store, { id: 'new', type: 'a', endedAt: 999 });
    const second = bench.store.list({ ...query, cursor: first.nextCursor ?? '' });
    assert.deepEqual(
      [...first.jobs, ...second.jobs].map((job) => job.id),
      ['old8', 'old7', 'old6', 'old5', 'old4', 'old3', 'old2', 'old1'],
    );
  });

  it('accept times as people write them, with days included completely', async () => {
    const noon = new Date(2026, 0, 1, 12).getTime();
    await addJob(bench.store, { id: 'noon', createdAt: noon });
    await addJob(bench.store, { id: 'later', createdAt: noon + 86_400_000 });
    assert.deepEqual(ids({ until: '2026-01-01' }), ['noon']);
    assert.deepEqual(ids({ since: '2026-01-01', until: '2026-01-02' }), ['later', 'noon']);
    assert.deepEqual(ids({ since: '2026-01-02' }), ['later']);
  });

  describe('reject invalid values with the allowed ones', () => {
    const cases: [ListQuery, RegExp][] = [
      [{ status: 'done' }, /completed/],
      [{ trigger: 'cron' }, /scheduled/],
      [{ priority: 'low,,high' }, /urgent/],
      [{ since: 'soon' }, /2 days ago/],
      [{ until: '2026-02-31' }, /2026-03-01/],
      [{ q: ' -- "*" ' }, /letters and digits/],
      [{ q: 'word', sort: 'duration' }, /sort/],
      [{ endedSince: 'soon' }, /2 days ago/],
      [{ endedSince: '7d', sort: 'duration' }, /sort/],
      [{ endedUntil: '7d', q: 'word' }, /until/],
    ];
    for (const [query, hint] of cases) {
      it(JSON.stringify(query), () => {
        assert.throws(
          () => bench.store.list(query),
          (error: { code?: string; hint?: string }) => error.code === 'INVALID_REQUEST' && hint.test(error.hint ?? ''),
        );
      });
    }

    it('a cursor of another order', async () => {
      await addJob(bench.store, { id: 'a', endedAt: 5 });
      await addJob(bench.store, { id: 'b', endedAt: 6 });
      const cursor = bench.store.list({ limit: 1, sort: 'endedAt' }).nextCursor ?? '';
      assert.throws(() => bench.store.list({ cursor }), /sorted by “endedAt”/);
      assert.throws(() => bench.store.list({ cursor, sort: 'endedAt', order: 'asc' }), { code: 'INVALID_REQUEST' });
    });
  });
});
