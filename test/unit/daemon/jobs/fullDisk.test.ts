import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, dispatched, endJob, exit, openBench, request, startJob } from './bench.ts';

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

  it('the end of an attempt is shown before it can be written, and to new clients too', async () => {
    const launch = await startJob(bench);
    const { epoch } = bench.store;
    const free = fill();
    const shown = bench.settled((store) => store.job(launch.jobId)?.status === 'failed');
    const ended = bench.jobs.attempts.ended(launch, exit(3, bench.clock.now()));
    await shown;

    assert.equal(bench.store.detail(launch.jobId)?.attempts[0]?.exitCode, 3);
    assert.equal(bench.store.list({}).jobs[0]?.status, 'failed');
    const snapshot = bench.store.snapshot();
    assert.equal(snapshot.jobs[0]?.status, 'failed');
    // Whoever knows this state can't resume from it: a crash would undo it.
    assert.notEqual(snapshot.epoch, epoch);
    assert.equal(bench.store.changesSince(epoch, snapshot.rev), null);

    free();
    bench.clock.advance(1_000);
    await ended;
    await bench.warned(null);
    assert.equal(bench.store.epoch, epoch);
    assert.equal(bench.store.changesSince(snapshot.epoch, snapshot.rev), null);
    assert.equal(bench.store.job(launch.jobId)?.status, 'failed');
  });

  it('a cancel signals the job at once and is written later, once', async () => {
    const launch = await startJob(bench);
    const free = fill();
    const job = await bench.jobs.commands.cancel(launch.jobId, { signal: 'SIGINT' });

    assert.notEqual(job.cancelRequestedAt, null);
    assert.deepEqual(bench.engine.signals, ['SIGINT']);
    assert.equal(bench.jobs.hasUnsaved(), true);

    free();
    bench.clock.advance(1_000);
    await bench.warned(null);
    assert.deepEqual(bench.engine.signals, ['SIGINT']);
    assert.notEqual(bench.store.job(launch.jobId)?.cancelRequestedAt, null);
    assert.equal(bench.jobs.hasUnsaved(), false);
  });

  it('a job that is cancelled before its start never starts', async () => {
    await bench.jobs.queues.set('one', { concurrency: 1 });
    const first = await startJob(bench, { queue: 'one' });
    const { id } = await bench.jobs.submissions.submit(request({ queue: 'one' }));
    const free = fill();
    // The end of the first job lets the second one start as soon as that can be written.
    const ended = bench.jobs.attempts.ended(first, exit(0, bench.clock.now()));
    await bench.warned('STORAGE_FULL');
    assert.equal((await bench.jobs.commands.cancel(id)).status, 'cancelled');

    free();
    bench.clock.advance(1_000);
    await ended;
    await dispatched(bench);
    assert.equal(bench.store.job(id)?.status, 'cancelled');
    assert.equal(bench.engine.launches.length, 1);
  });

  it('a job is paused, its queue too, and it is force stopped', async () => {
    const launch = await startJob(bench, { queue: 'default' });
    const free = fill();
    assert.notEqual((await bench.jobs.commands.setPaused(launch.jobId, true)).pausedAt, null);
    assert.equal((await bench.jobs.queues.pause('default')).paused, true);
    assert.equal((await bench.jobs.commands.forceFail(launch.jobId)).status, 'failed');
    assert.deepEqual(
      bench.engine.kills.map(({ jobId }) => jobId),
      [launch.jobId],
    );
    await assert.rejects(bench.jobs.commands.cancel(launch.jobId), { code: 'JOB_ALREADY_ENDED' });

    free();
    bench.clock.advance(1_000);
    await bench.warned(null);
    assert.equal(bench.store.job(launch.jobId)?.error?.code, 'FORCE_FAILED');
    assert.equal(bench.jobs.queues.list()[0]?.paused, true);
  });

  it('a removed job is gone at once, with its log', async () => {
    const [id, other] = [await endJob(bench, 0), await endJob(bench, 0)];
    const free = fill();
    await bench.jobs.commands.remove(id);
    assert.deepEqual(bench.logs.removed, [id]);
    assert.equal(bench.store.job(id), null);
    assert.deepEqual(
      bench.store.snapshot().jobs.map((job) => job.id),
      [other],
    );
    assert.equal(await bench.jobs.retention.clear(), 1);
    assert.deepEqual(bench.logs.removed, [id, other]);

    free();
    bench.clock.advance(1_000);
    await bench.warned(null);
    assert.equal(bench.store.list({}).total, 0);
    assert.deepEqual(
      bench.store.read((rows) => rows.retention.leftoverLogs()),
      [],
    );
  });

  it('all jobs of a group are cancelled', async () => {
    const jobs = await Promise.all([1, 2, 3].map(() => startJob(bench, { group: 'build' })));
    const group = bench.store.job(jobs[0]?.jobId ?? '')?.parentId ?? '';
    const free = fill();
    await bench.jobs.commands.cancel(group);
    assert.equal(bench.engine.cancels.length, 3);

    free();
    bench.clock.advance(1_000);
    await bench.warned(null);
    assert.equal(bench.engine.cancels.length, 3);
    assert.ok(jobs.every(({ jobId }) => bench.store.job(jobId)?.cancelRequestedAt !== null));
  });

  it('a submit is refused at once with STORAGE_FULL, and has no later effect', async () => {
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
