import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { NewJob } from '../../../../daemon/store/tx.ts';
import type { JobStatus } from '../../../../shared/job.ts';
import type { StatsFigures } from '../../../../shared/stats.ts';
import { addJob, newJob, openTemporary, type Temporary } from './temporary.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);

/** A duration truncated to its first two digits. */
function cut(ms: number): number {
  const digits = String(ms);
  return Number(digits.slice(0, 2).padEnd(digits.length, '0'));
}

/** The statistics from a scan of all jobs. */
function naive(jobs: NewJob[]): StatsFigures {
  const of = (status: JobStatus) => jobs.filter((job) => job.status === status).length;
  const times = jobs
    .flatMap(({ startedAt, endedAt }) =>
      startedAt == null || endedAt == null ? [] : [Math.max(0, endedAt - startedAt)],
    )
    .sort((a, b) => a - b);
  const totalMs = times.reduce((sum, ms) => sum + ms, 0);
  const rank = (share: number) => times.map(cut)[Math.ceil(share * times.length) - 1] ?? null;
  const judged = of('completed') + of('failed') + of('lost');
  return {
    ...{
      jobs: jobs.length,
      completed: of('completed'),
      failed: of('failed'),
      cancelled: of('cancelled'),
      lost: of('lost'),
    },
    successRate: judged === 0 ? null : of('completed') / judged,
    totalMs,
    averageMs: times.length === 0 ? null : Math.round(totalMs / times.length),
    p50Ms: rank(0.5),
    p95Ms: rank(0.95),
  };
}

describe('statistics', () => {
  let bench: Temporary;
  beforeEach(() => {
    bench = openTemporary();
  });
  afterEach(() => bench.end());

  const duration = fc.oneof(fc.integer({ min: -5, max: 200 }), fc.integer({ min: 0, max: 2 * day }));
  const job = fc.record({
    status: fc.constantFrom<JobStatus>('completed', 'completed', 'failed', 'cancelled', 'lost', 'running'),
    type: fc.constantFrom('build', 'test', 'train'),
    end: fc.integer({ min: start, max: start + 4 * day }),
    duration: fc.option(duration),
  });
  const window = fc.tuple(fc.integer({ min: -1, max: 4 }), fc.integer({ min: 0, max: 3 }));

  it('match a scan of all jobs, even after changes and removals', async () => {
    const property = fc.asyncProperty(
      fc.array(job, { maxLength: 25 }),
      fc.array(fc.record({ pick: fc.nat(24), remove: fc.boolean(), to: job }), { maxLength: 6 }),
      window,
      async (some, changes, [first, length]) => {
        const toJob = (one: (typeof some)[number], id: string): NewJob => {
          const startedAt = one.duration === null ? null : one.end - one.duration;
          const endedAt = one.status === 'running' ? null : one.end;
          return newJob({ id, type: one.type, status: one.status, startedAt, endedAt });
        };
        const jobs = new Map(some.map((one, n) => [`job${n}`, toJob(one, `job${n}`)]));
        await bench.store.write((tx) => {
          for (const { id } of bench.store.list({ limit: 500 }).jobs) tx.removeJob(id);
          for (const one of jobs.values()) tx.insertJob(one, {});
          for (const { pick, remove, to } of changes) {
            const id = `job${pick}`;
            if (!jobs.has(id)) continue;
            if (remove) {
              tx.removeJob(id);
              jobs.delete(id);
            } else {
              const { type, status, startedAt, endedAt } = toJob(to, id);
              tx.updateJob(id, { type, status, startedAt, endedAt });
              jobs.set(id, toJob(to, id));
            }
          }
        });
        const [from, to] = [start + first * day, start + (first + length) * day];
        const wanted = [...jobs.values()].filter((one) => {
          return one.endedAt != null && one.endedAt >= from && one.endedAt < to + day;
        });
        const iso = (ms: number) => new Date(ms).toISOString();
        const stats = bench.store.stats({ since: iso(from + 5), until: iso(to + 7) });

        const { since, until, active, types, days, timezone, firstDay, lastDay, recordedDays, ...figures } = stats;
        assert.deepEqual([since, until], [iso(from), iso(to + day)]);
        assert.deepEqual([timezone, firstDay, lastDay], ['UTC', iso(from).slice(0, 10), iso(to).slice(0, 10)]);
        assert.ok(recordedDays >= 1 && recordedDays <= length + 1);
        assert.deepEqual(figures, naive(wanted));
        assert.equal(active.running, [...jobs.values()].filter((one) => one.status === 'running').length);
        assert.deepEqual(new Set(types.map(({ type }) => type)), new Set(wanted.map(({ type }) => type)));
        for (const { type, ...own } of types) {
          assert.deepEqual(own, naive(wanted.filter((one) => one.type === type)));
          const alone = bench.store.stats({ since, until: iso(to + 7), type });
          assert.deepEqual(alone.types, [{ type, ...own }]);
        }
        assert.equal(
          days.reduce((sum, one) => sum + one.jobs, 0),
          wanted.length,
        );
        for (const { day: date, jobs: count, failed, totalMs } of days) {
          const own = naive(wanted.filter((one) => iso(one.endedAt ?? 0).startsWith(date)));
          assert.deepEqual([count, failed, totalMs], [own.jobs, own.failed, own.totalMs]);
        }
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });

  it('of a time zone match a scan of its days', async () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia'];
    const property = fc.asyncProperty(
      fc.array(job, { maxLength: 25 }),
      fc.constantFrom(...zones),
      window,
      async (some, timezone, [first, length]) => {
        const jobs = some.map((one, n) => {
          const startedAt = one.duration === null ? null : one.end - one.duration;
          const endedAt = one.status === 'running' ? null : one.end;
          return newJob({ id: `job${n}`, type: one.type, status: one.status, startedAt, endedAt });
        });
        await bench.store.write((tx) => {
          for (const { id } of bench.store.list({ limit: 500 }).jobs) tx.removeJob(id);
          for (const one of jobs) tx.insertJob(one, {});
        });
        const local = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
        const iso = (ms: number) => new Date(ms).toISOString();
        const [from, to] = [start + first * day + 5, start + (first + length) * day + 7];
        const wanted = jobs.filter(({ endedAt }) => {
          const date = endedAt == null ? '' : local.format(endedAt);
          return date >= local.format(from) && date <= local.format(to);
        });
        const stats = bench.store.stats({ since: iso(from), until: iso(to), timezone });
        assert.deepEqual([stats.firstDay, stats.lastDay], [local.format(from), local.format(to)]);
        assert.deepEqual(
          [local.format(Date.parse(stats.since)), local.format(Date.parse(stats.since) - 1) < stats.firstDay],
          [stats.firstDay, true],
        );
        const {
          jobs: count,
          completed,
          failed,
          cancelled,
          lost,
          successRate,
          totalMs,
          averageMs,
          p50Ms,
          p95Ms,
        } = stats;
        assert.deepEqual(
          { jobs: count, completed, failed, cancelled, lost, successRate, totalMs, averageMs, p50Ms, p95Ms },
          naive(wanted),
        );
        for (const { day: date, jobs: number, failed: bad, totalMs: ms } of stats.days) {
          const own = naive(wanted.filter(({ endedAt }) => local.format(endedAt ?? 0) === date));
          assert.deepEqual([number, bad, ms], [own.jobs, own.failed, own.totalMs]);
        }
        assert.equal(
          stats.days.reduce((sum, one) => sum + one.jobs, 0),
          wanted.length,
        );
        for (const { type, ...own } of stats.types)
          assert.deepEqual(own, naive(wanted.filter((one) => one.type === type)));
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  it('put a job into the day on which it ended where the reader is', async () => {
    await addJob(bench.store, { id: 'a', startedAt: start - 3_600_000, endedAt: start - 1_800_000 });
    const query = { since: '2025-12-20T12:00Z', until: '2026-01-02T12:00Z' };
    const daysIn = (timezone: string) => bench.store.stats({ ...query, timezone }).days.map(({ day: date }) => date);
    assert.deepEqual([daysIn('UTC'), daysIn('Europe/Berlin')], [['2025-12-31'], ['2026-01-01']]);
  });

  it('count the days since the first job that is known, for averages', async () => {
    const recorded = () => bench.store.stats({ since: '2026-01-01T12:00Z', until: '2026-01-10T12:00Z' }).recordedDays;
    assert.equal(recorded(), 1);
    await addJob(bench.store, { id: 'a', startedAt: start, endedAt: start + 7 * day + 5 });
    assert.equal(recorded(), 3);
    await addJob(bench.store, { id: 'b', startedAt: start - 9 * day, endedAt: start - 8 * day });
    assert.equal(recorded(), 10);
  });

  it('reject an unknown time zone', () => {
    assert.throws(() => bench.store.stats({ timezone: 'Europe/Nowhere' }), { code: 'INVALID_RANGE' });
  });

  it('cover the last 30 days by default', async () => {
    const now = Date.UTC(2026, 0, 2, 3, 4, 5);
    await addJob(bench.store, { id: 'a', startedAt: now - 10, endedAt: now });
    await addJob(bench.store, { id: 'b', startedAt: now - 40 * day, endedAt: now - 35 * day });
    assert.equal(bench.store.stats({}).jobs, 1);
    assert.equal(bench.store.stats({ since: '60d' }).jobs, 2);
    assert.equal(bench.store.stats({ since: '60d', until: '20d' }).jobs, 1);
  });

  it('reject invalid and reversed times', () => {
    assert.throws(() => bench.store.stats({ since: 'once' }), { code: 'INVALID_REQUEST' });
    assert.throws(() => bench.store.stats({ since: '1d', until: '2d' }), {
      code: 'INVALID_REQUEST',
      variant: 'timesReversed',
    });
  });
});
