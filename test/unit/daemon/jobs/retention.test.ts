import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { RetentionSettings } from '../../../../daemon/jobs/ports.ts';
import { addJob } from '../store/temporary.ts';
import { type Bench, endJob, openBench, startJob } from './bench.ts';

const day = 86_400_000;

describe('the retention of jobs', () => {
  let bench: Bench;
  afterEach(() => bench.end());

  /** A bench with ten jobs that ended one to ten days ago, and one active job. */
  async function withHistory(retention?: RetentionSettings): Promise<void> {
    bench = await openBench({ recovered: false, retention });
    const now = bench.clock.now();
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => addJob(bench.store, { id: `day${n + 1}`, endedAt: now - (n + 1) * day })),
    );
    await addJob(bench.store, { id: 'active', engine: 'none', createdAt: now - 99 * day });
  }
  const left = () => bench.store.list({ status: 'completed' }).total;

  it('removes jobs older than requested, oldest first, with their logs', async () => {
    await withHistory();
    assert.deepEqual(await bench.jobs.retention.clean({ olderThan: '8d' }), { removed: 3, dryRun: false });
    assert.deepEqual([left(), bench.store.job('day7')?.id, bench.store.job('day8')], [7, 'day7', null]);
    assert.deepEqual(bench.logs.removed.sort(), ['day10', 'day8', 'day9']);
    assert.ok(bench.store.job('active'));
    assert.equal(bench.store.lastCleanUp()?.removed, 3);
  });

  it('removes jobs beyond the requested number', async () => {
    await withHistory();
    assert.equal((await bench.jobs.retention.clean({ keep: 4 })).removed, 6);
    assert.deepEqual([left(), bench.store.job('day4')?.id, bench.store.job('day5')], [4, 'day4', null]);
    assert.equal((await bench.jobs.retention.clean({ keep: 0 })).removed, 4);
    assert.ok(bench.store.job('active'));
  });

  it('applies the stricter of age and number', async () => {
    await withHistory();
    assert.equal((await bench.jobs.retention.clean({ keep: 5, olderThan: '9d' })).removed, 5);
    assert.equal((await bench.jobs.retention.clean({ keep: 5, olderThan: '3d' })).removed, 3);
  });

  it('only counts jobs with dryRun', async () => {
    await withHistory();
    assert.deepEqual(await bench.jobs.retention.clean({ olderThan: '8d', dryRun: true }), { removed: 3, dryRun: true });
    assert.deepEqual([left(), bench.store.lastCleanUp()], [10, null]);
  });

  it('uses several transactions for many jobs', async () => {
    await withHistory();
    await Promise.all(Array.from({ length: 450 }, (_, n) => addJob(bench.store, { id: `old${n}`, endedAt: 5 })));
    let largest = 0;
    bench.store.onCommit(({ removed }) => {
      largest = Math.max(largest, removed.length);
    });
    assert.equal((await bench.jobs.retention.clean({ olderThan: '30d' })).removed, 450);
    assert.deepEqual([left(), largest, bench.store.lastCleanUp()?.removed], [10, 50, 450]);
    while (bench.store.read((rows) => rows.retention.leftoverLogs()).length > 0) await new Promise(setImmediate);
    assert.equal(new Set(bench.logs.removed).size, 450);
  });

  it('applies the settings at the start and once a day', async () => {
    await withHistory({ days: 8, jobs: 0, logBytes: 0 });
    const cleaned = () => bench.settled((store) => store.job('day8') === null);
    await Promise.all([bench.jobs.recover(), cleaned()]);
    assert.equal(left(), 7);
    assert.equal(bench.clock.timers.length, 1);
    bench.clock.advance(day);
    await bench.settled((store) => store.job('day7') === null);
    assert.equal(left(), 6);
    assert.equal(bench.clock.timers.length, 1);
  });

  it('applies changed settings a minute after the last change', async () => {
    const settings = { days: 0, jobs: 0, logBytes: 0 };
    await withHistory(settings);
    await bench.jobs.recover();
    settings.days = 3;
    bench.jobs.retention.settingsChanged();
    bench.clock.advance(59_000);
    settings.days = 8;
    bench.jobs.retention.settingsChanged();
    bench.clock.advance(59_000);
    assert.equal(left(), 10);
    bench.clock.advance(1_000);
    await bench.settled((store) => store.job('day8') === null);
    assert.equal(left(), 7);
    assert.equal(bench.clock.timers.length, 1);
  });

  it('keeps jobs forever without settings, and runs no timer', async () => {
    await withHistory({ days: 0, jobs: 0, logBytes: 0 });
    await bench.jobs.recover();
    assert.deepEqual([left(), bench.clock.timers.length], [10, 0]);
    assert.equal((await bench.jobs.retention.clean({})).removed, 0);
  });

  it('refuses an invalid time', async () => {
    await withHistory();
    await assert.rejects(bench.jobs.retention.clean({ olderThan: 'ages' }), { code: 'INVALID_REQUEST' });
    assert.equal(left(), 10);
  });

  it('also removes the oldest finished jobs whose logs are too large in total, never running ones', async () => {
    bench = await openBench({ retention: { days: 0, jobs: 0, logBytes: 250 } });
    const ids = [];
    for (let n = 0; n < 4; n += 1) {
      const id = await endJob(bench, 0);
      bench.logs.sizes.set(`${id}/1`, 100);
      ids.push(id);
    }
    const { jobId } = await startJob(bench);
    bench.logs.sizes.set(`${jobId}/1`, 10_000);

    assert.deepEqual(await bench.jobs.retention.clean({ dryRun: true }), { removed: 2, dryRun: true });
    assert.deepEqual(await bench.jobs.retention.clean({}), { removed: 2, dryRun: false });
    assert.deepEqual(bench.logs.removed, ids.slice(0, 2));
    assert.equal(bench.store.lastCleanUp()?.removed, 2);
    assert.equal(bench.store.job(jobId)?.status, 'running');
    assert.deepEqual(await bench.jobs.retention.clean({}), { removed: 0, dryRun: false });
  });
});
