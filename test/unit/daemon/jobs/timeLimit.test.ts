import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, dispatched, exit, openBench, startJob } from './bench.ts';

describe('a timeout', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const pass = async (ms: number) => {
    bench.clock.advance(ms);
    await dispatched(bench);
  };
  const end = async (jobId: string, exitCode: number) => {
    await bench.jobs.attempts.ended(bench.engine.launch(jobId), exit(exitCode, bench.clock.now()));
    await dispatched(bench);
    return bench.store.job(jobId);
  };

  it('stops the job when it is reached, once, and fails it with that reason', async () => {
    const { jobId } = await startJob(bench, { timeLimitMs: 60_000 });
    await dispatched(bench);
    await pass(59_000);
    assert.deepEqual(bench.engine.cancels, []);
    await pass(2_000);
    await pass(60_000);
    assert.deepEqual(bench.engine.cancels, [{ jobId, attempt: 1, launch: 1 }]);
    assert.equal(bench.store.job(jobId)?.cancelRequestedAt, null);
    const job = await end(jobId, 143);
    assert.deepEqual([job?.status, job?.error?.code], ['failed', 'TIME_LIMIT']);
    assert.equal(job?.error?.message, 'The job ran longer than its timeout of 1 min.');
    assert.equal(bench.clock.timers.length, 0);
  });

  it('is dropped when the job ends earlier', async () => {
    const { jobId } = await startJob(bench, { timeLimitMs: 60_000 });
    assert.equal((await end(jobId, 1))?.error?.code, 'EXIT_CODE');
    await pass(100_000);
    assert.deepEqual(bench.engine.cancels, []);
  });

  it('is taken from the queue for jobs without one', async () => {
    await bench.jobs.queues.set('gpu', { timeLimitMs: 10_000 });
    const limited = await startJob(bench, { queue: 'gpu' });
    await startJob(bench, { queue: 'gpu', timeLimitMs: 60_000 });
    await dispatched(bench);
    await pass(11_000);
    assert.deepEqual(
      bench.engine.cancels.map(({ jobId }) => jobId),
      [limited.jobId],
    );
  });

  it('still applies after a restart', async () => {
    const { jobId } = await startJob(bench, { timeLimitMs: 60_000 });
    await bench.crash();
    await dispatched(bench);
    assert.deepEqual(bench.engine.cancels, []);
    await pass(61_000);
    assert.equal(bench.engine.cancels.length, 1);
    await bench.crash();
    assert.equal(bench.engine.recovered?.[0]?.cancelRequested, true);
    await bench.jobs.attempts.ended({ jobId, attempt: 1, launch: 1 }, exit(143, bench.clock.now()));
    assert.equal(bench.store.job(jobId)?.error?.code, 'TIME_LIMIT');
  });

  it('does not count as a cancel: a policy retries the job, and a user’s cancel takes precedence', async () => {
    const retried = await startJob(bench, { timeLimitMs: 1000, retry: { attempts: 1 } });
    const cancelled = await startJob(bench, { timeLimitMs: 1000, retry: { attempts: 1 } });
    await dispatched(bench);
    await pass(2000);
    await bench.jobs.commands.cancel(cancelled.jobId);
    assert.equal((await end(retried.jobId, 143))?.waitReason, 'retryBackoff');
    assert.equal((await end(cancelled.jobId, 143))?.status, 'cancelled');
  });

  it('has no effect on a job that still completes', async () => {
    const { jobId } = await startJob(bench, { timeLimitMs: 1000 });
    await dispatched(bench);
    await pass(2000);
    assert.equal((await end(jobId, 0))?.status, 'completed');
  });
});
