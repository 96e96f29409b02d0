import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, dispatched, endJob, openBench, request, startJob } from './bench.ts';

const hour = 3_600_000;

describe('a job with a start time', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const submitIn = async (ms: number, changes = {}) => {
    const notBefore = new Date(bench.clock.time + ms).toISOString();
    const job = await bench.jobs.submissions.submit(request({ notBefore, ...changes }));
    await dispatched(bench);
    return job;
  };

  it('waits until then, however long, and starts by itself', async () => {
    const job = await submitIn(2 * hour);
    assert.deepEqual([job.status, job.waitReason], ['waiting', 'delay']);
    assert.ok(Date.parse(job.waitUntil ?? '') - Date.parse(job.createdAt) > 2 * hour - 1000);
    for (let passed = 0; passed < 2 * hour - 60_000; passed += 300_000) {
      bench.clock.advance(300_000 - 5);
      await dispatched(bench);
    }
    assert.deepEqual(bench.engine.launches, []);
    assert.equal(bench.clock.timers.length, 1);
    bench.clock.advance(60_000);
    await bench.engine.launchedJob(job.id);
    assert.equal(bench.clock.timers.length, 0);
  });

  it('starts at once if that time has passed', async () => {
    const job = await submitIn(-hour);
    assert.equal(job.status, 'pending');
    await bench.engine.launchedJob(job.id);
  });

  it('starts after a restart, even if its time passed meanwhile', async () => {
    const [soon, late] = [await submitIn(1000), await submitIn(hour)];
    bench.clock.time += 5_000;
    await bench.crash();
    await bench.engine.launchedJob(soon.id);
    assert.equal(bench.engine.launches.length, 1);
    bench.clock.advance(hour);
    await dispatched(bench);
    bench.clock.advance(hour);
    await bench.engine.launchedJob(late.id);
  });

  it('then waits for its queue like any other', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    await startJob(bench, { queue: 'gpu' });
    const { id } = await submitIn(1000, { queue: 'gpu' });
    bench.clock.advance(2000);
    await dispatched(bench);
    const job = bench.store.job(id);
    assert.deepEqual([job?.waitReason, job?.waitUntil], ['queueFull', null]);
  });

  it('can be cancelled before its start time', async () => {
    const { id } = await submitIn(1000);
    const job = await bench.jobs.commands.cancel(id);
    assert.deepEqual([job.status, job.waitReason, job.waitUntil], ['cancelled', null, null]);
    bench.clock.advance(2000);
    await dispatched(bench);
    assert.deepEqual(bench.engine.launches, []);
  });

  it('is refused if its start time is more than ten years away, and nothing is written', async () => {
    await assert.rejects(submitIn(20 * 366 * 24 * hour), { code: 'INVALID_REQUEST' });
    assert.equal(bench.store.rev(), 0);
  });
});

describe('holding a job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('keeps it from starting until it is released, even after a restart', async () => {
    const { id, status, waitReason } = await bench.jobs.submissions.submit(request({ hold: true }));
    assert.deepEqual([status, waitReason], ['waiting', 'hold']);
    await bench.crash();
    await dispatched(bench);
    assert.deepEqual(bench.engine.launches, []);
    const job = await bench.jobs.commands.release(id);
    assert.deepEqual([job.status, job.waitReason], ['pending', null]);
    await bench.engine.launchedJob(id);
    assert.deepEqual(
      job.events.map(({ code }) => code),
      ['timeline.submitted', 'timeline.released'],
    );
  });

  it('takes it out of its queue, and puts it back in its place', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    const running = await startJob(bench, { queue: 'gpu' });
    const [first, second] = [
      await bench.jobs.submissions.submit(request({ queue: 'gpu' })),
      await bench.jobs.submissions.submit(request({ queue: 'gpu' })),
    ];
    await dispatched(bench);
    assert.equal((await bench.jobs.commands.hold(first.id)).waitReason, 'hold');
    await bench.jobs.attempts.ended(running, { exitCode: 0, signal: null, endedAt: bench.clock.now(), error: null });
    await bench.engine.launchedJob(second.id);
    await bench.jobs.commands.release(first.id);
    await dispatched(bench);
    assert.equal(bench.store.job(first.id)?.waitReason, 'queueFull');
  });

  it('ends in a paused queue without the job being pending in between', async () => {
    await bench.jobs.queues.set('gpu', {});
    await bench.jobs.queues.pause('gpu');
    const { id } = await bench.jobs.submissions.submit(request({ queue: 'gpu', hold: true }));
    const released = await bench.jobs.commands.release(id);
    assert.deepEqual([released.status, released.waitReason], ['waiting', 'queuePaused']);
    const submitted = await bench.jobs.submissions.submit(request({ queue: 'gpu' }));
    assert.deepEqual([submitted.status, submitted.waitReason], ['waiting', 'queuePaused']);
    await bench.jobs.queues.resume('gpu');
    await bench.engine.launchedJob(id);
    await bench.engine.launchedJob(submitted.id);
  });

  it('may outlast a start time, which still counts', async () => {
    const notBefore = new Date(bench.clock.time + 1000).toISOString();
    const { id } = await bench.jobs.submissions.submit(request({ hold: true, notBefore }));
    assert.equal((await bench.jobs.commands.release(id)).waitReason, 'delay');
    await bench.jobs.commands.hold(id);
    bench.clock.advance(5000);
    await dispatched(bench);
    assert.equal(bench.store.job(id)?.waitReason, 'hold');
    await bench.jobs.commands.release(id);
    await bench.engine.launchedJob(id);
  });

  it('twice, or releasing a job that is not held, changes nothing', async () => {
    const { id } = await bench.jobs.submissions.submit(request({ hold: true }));
    const rev = bench.store.rev();
    await bench.jobs.commands.hold(id);
    assert.equal(bench.store.rev(), rev);
  });

  it('is refused once the job has started or finished', async () => {
    const running = await startJob(bench);
    await assert.rejects(bench.jobs.commands.hold(running.jobId), { code: 'JOB_ALREADY_STARTED' });
    await assert.rejects(bench.jobs.commands.release(running.jobId), { code: 'JOB_ALREADY_STARTED' });
    await assert.rejects(bench.jobs.commands.hold(await endJob(bench, 0)), { code: 'JOB_ALREADY_ENDED' });
    await assert.rejects(bench.jobs.commands.hold('nosuchjob0'), { code: 'JOB_NOT_FOUND' });
  });

  it('ends when the job is retried', async () => {
    const { id } = await bench.jobs.submissions.submit(request({ hold: true }));
    await bench.jobs.commands.cancel(id);
    assert.equal((await bench.jobs.commands.retry(id)).status, 'pending');
    await bench.engine.launchedJob(id);
  });
});
