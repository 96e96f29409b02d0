import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, exit, openBench, request, startJob } from './bench.ts';

describe('while the disk is full,', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  /** Fills and frees the disk: nothing can be written in between. */
  const fill = () => bench.fillDisk();

  it('the end of an attempt is kept, the user is warned, and it is written once there is space', async () => {
    const launch = await startJob(bench);
    const free = fill();
    let settled = false;
    const ended = bench.jobs.attempts.ended(launch, exit(3, bench.clock.now())).then(() => {
      settled = true;
    });
    await bench.warned('STORAGE_FULL');
    assert.equal(settled, false);
    assert.equal(bench.store.job(launch.jobId)?.status, 'running');
    assert.match(bench.warnings.list()[0]?.message ?? '', /disk is full/);

    free();
    bench.clock.advance(1_000);
    await ended;
    assert.equal(bench.store.job(launch.jobId)?.status, 'failed');
    assert.equal(bench.store.job(launch.jobId)?.exitCode, 3);
    await bench.warned(null);
  });

  it('the start and the end of an attempt are written in their order', async () => {
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);
    const launch = bench.engine.launch(id);
    const free = fill();
    const started = bench.jobs.attempts.started(launch, { pid: 5, startedAt: 1_000 });
    await bench.warned('STORAGE_FULL');
    const ended = bench.jobs.attempts.ended(launch, exit(0, 3_000));
    free();
    bench.clock.advance(1_000);
    await Promise.all([started, ended]);

    const job = bench.store.job(id);
    assert.equal(job?.status, 'completed');
    assert.equal(job?.startedAt, '1970-01-01T00:00:01.000Z');
  });

  it('writes are retried less and less often, with one timer', async () => {
    const launch = await startJob(bench);
    const free = fill();
    const ended = bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));
    const delays: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const [timer, ...others] = await bench.timer();
      assert.deepEqual(others, []);
      const delay = Math.round(((timer?.at ?? 0) - bench.clock.time) / 1000);
      delays.push(delay);
      bench.clock.advance(delay * 1000 + 10);
    }
    assert.deepEqual(delays, [1, 2, 4, 8, 16, 30, 30]);
    free();
    await ended;
    assert.deepEqual(bench.clock.timers, []);
  });

  it('commands are refused at once with STORAGE_FULL, and have no later effect', async () => {
    const free = fill();
    await assert.rejects(bench.jobs.submissions.submit(request()), { code: 'STORAGE_FULL' });
    free();
    await bench.jobs.submissions.submit(request());

    assert.equal(bench.store.list({}).total, 1);
  });

  it('a command that finds space again first writes the kept facts', async () => {
    const launch = await startJob(bench);
    const free = fill();
    const ended = bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));
    await bench.warned('STORAGE_FULL');
    free();

    await assert.rejects(bench.jobs.commands.cancel(launch.jobId), { code: 'JOB_ALREADY_ENDED' });
    await ended;
    assert.equal(bench.store.job(launch.jobId)?.status, 'completed');
  });

  it('a daemon still starts, and records the jobs that ended', async () => {
    const launch = await startJob(bench);
    let free = () => {};
    let ended: Promise<void> | null = null;
    bench.next((engine, jobs) => {
      free = fill();
      engine.onRecover = async () => {
        ended = jobs.attempts.ended(launch, exit(0, bench.clock.now()));
        await ended;
      };
    });
    await bench.crash();
    assert.equal(bench.store.job(launch.jobId)?.status, 'running');

    free();
    bench.clock.advance(1_000);
    await ended;
    assert.equal(bench.store.job(launch.jobId)?.status, 'completed');
  });
});
