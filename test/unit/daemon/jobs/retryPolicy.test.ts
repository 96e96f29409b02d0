import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { allowsRetry, retryDelay } from '../../../../daemon/jobs/attempts/retries.ts';
import { fullPolicy } from '../../../../daemon/jobs/submission/defaults.ts';
import type { RetryPolicy } from '../../../../shared/job.ts';
import type { RetryRequestPolicy } from '../../../../shared/protocol.ts';
import { type Bench, dispatched, exit, openBench, startJob } from './bench.ts';

const policy: RetryPolicy = {
  attempts: 3,
  delayMs: 1000,
  backoff: 'exponential',
  maxDelayMs: 5000,
  jitter: 'none',
  retryOn: null,
};

describe('the delay before a retry', () => {
  const delays = (changes: Partial<RetryPolicy>, random = 1) =>
    [1, 2, 3, 4].map((retry) => retryDelay({ ...policy, ...changes }, retry, () => random));

  it('is constant, or doubles up to its maximum', () => {
    assert.deepEqual(delays({ backoff: 'fixed' }), [1000, 1000, 1000, 1000]);
    assert.deepEqual(delays({}), [1000, 2000, 4000, 5000]);
  });

  it('is any time up to that with full jitter', () => {
    assert.deepEqual(delays({ jitter: 'full' }, 0.5), [500, 1000, 2000, 2500]);
    assert.deepEqual(delays({ jitter: 'full' }, 0), [0, 0, 0, 0]);
  });

  it('is never negative or above the maximum, for any number of retries', () => {
    const backoff = fc.constantFrom('fixed' as const, 'exponential' as const);
    const jitter = fc.constantFrom('full' as const, 'none' as const);
    const times = { delayMs: fc.nat(), maxDelayMs: fc.nat() };
    fc.assert(
      fc.property(fc.record({ backoff, jitter, ...times }), fc.integer({ min: 1, max: 5000 }), (changes, retry) => {
        const delay = retryDelay({ ...policy, ...changes }, retry, Math.random);
        assert.ok(delay >= 0 && delay <= changes.maxDelayMs, String(delay));
      }),
    );
  });

  it('has defaults for omitted settings', () => {
    assert.deepEqual(fullPolicy({ attempts: 2 }), {
      attempts: 2,
      delayMs: 10_000,
      backoff: 'fixed',
      maxDelayMs: 600_000,
      jitter: 'none',
      retryOn: null,
    });
    assert.equal(fullPolicy({ attempts: 2, backoff: 'exponential' })?.jitter, 'full');
    assert.equal(fullPolicy({ attempts: 2, delayMs: 3_600_000 })?.maxDelayMs, 3_600_000);
    assert.equal(fullPolicy(undefined), null);
  });
});

describe('a retry policy', () => {
  it('allows its number of retries, after the exit codes it names', () => {
    assert.deepEqual(
      [0, 2, 3].map((used) => allowsRetry(policy, used, 1)),
      [true, true, false],
    );
    const some = { ...policy, retryOn: [75] };
    assert.deepEqual(
      [75, 1, null].map((code) => allowsRetry(some, 0, code)),
      [true, false, false],
    );
    assert.equal(allowsRetry(null, 0, 1), false);
  });
});

describe('a job with a retry policy', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const start = (retry: Partial<RetryRequestPolicy> = {}) =>
    startJob(bench, { retry: { attempts: 2, delayMs: 8000, ...retry } });
  const end = async (jobId: string, exitCode: number) => {
    await bench.jobs.attempts.ended(bench.engine.launch(jobId), exit(exitCode, bench.clock.time));
    await dispatched(bench);
    return bench.store.job(jobId);
  };
  const nextTry = async (jobId: string, count: number) => {
    bench.clock.advance(8001);
    await bench.engine.launched(count);
    await bench.jobs.attempts.started(bench.engine.launch(jobId), { pid: 1, startedAt: bench.clock.time });
  };

  it('waits after a failure and retries by itself, each attempt with its own result', async () => {
    const { jobId } = await start();
    const waiting = await end(jobId, 1);
    assert.deepEqual(
      [waiting?.status, waiting?.waitReason, waiting?.waitDetail?.message ?? null],
      ['waiting', 'retryBackoff', '1 of 2'],
    );
    assert.deepEqual([waiting?.exitCode, waiting?.error?.code, waiting?.endedAt], [1, 'EXIT_CODE', null]);
    assert.equal(Date.parse(waiting?.waitUntil ?? '') - bench.clock.time < 8001, true);

    await nextTry(jobId, 2);
    const running = bench.store.job(jobId);
    assert.deepEqual([running?.status, running?.attempt, running?.error], ['running', 2, null]);
    assert.equal((await end(jobId, 2))?.waitDetail?.message, '2 of 2');
    await nextTry(jobId, 3);
    const failed = await end(jobId, 3);
    assert.deepEqual([failed?.status, failed?.exitCode], ['failed', 3]);
    const detail = bench.store.detail(jobId);
    assert.deepEqual(
      detail?.attempts.map(({ status, exitCode }) => [status, exitCode]),
      [
        ['failed', 1],
        ['failed', 2],
        ['failed', 3],
      ],
    );
    assert.ok(detail?.events.some(({ message }) => message === 'Retry 1 of 2 in 8 s.'));
    assert.equal(bench.clock.timers.length, 0);
  });

  it('completes when a later attempt does', async () => {
    const { jobId } = await start();
    await end(jobId, 1);
    await nextTry(jobId, 2);
    assert.equal((await end(jobId, 0))?.status, 'completed');
  });

  it('is not retried after an exit code that the policy does not name', async () => {
    const { jobId } = await start({ retryOn: [75] });
    assert.equal((await end(jobId, 1))?.status, 'failed');
  });

  it('is never retried after a cancel of the attempt or during the wait', async () => {
    const running = await start();
    await bench.jobs.commands.cancel(running.jobId);
    assert.equal((await end(running.jobId, 143))?.status, 'cancelled');
    const waiting = await start();
    await end(waiting.jobId, 1);
    assert.equal((await bench.jobs.commands.cancel(waiting.jobId)).status, 'cancelled');
    bench.clock.advance(60_000);
    await dispatched(bench);
    assert.equal(bench.engine.launches.length, 2);
  });

  it('is retried after a restart', async () => {
    const { jobId } = await start();
    await end(jobId, 1);
    await bench.crash();
    await dispatched(bench);
    assert.equal(bench.engine.launches.length, 0);
    await nextTry(jobId, 1);
    assert.deepEqual([bench.engine.launch(jobId).attempt, bench.store.job(jobId)?.status], [2, 'running']);
  });

  it('has all retries again after a manual retry, and keeps dependents waiting until it has finished', async () => {
    const { jobId } = await start({ attempts: 1 });
    const after = await startJobAfter(jobId);
    await end(jobId, 1);
    assert.equal(bench.store.job(after)?.status, 'waiting');
    await nextTry(jobId, 2);
    await end(jobId, 1);
    assert.equal(bench.store.job(after)?.status, 'cancelled');
    await bench.jobs.commands.retry(jobId);
    await bench.engine.launched(3);
    assert.equal((await end(jobId, 1))?.waitDetail?.message, '1 of 1');
  });

  const startJobAfter = async (id: string) =>
    (await bench.jobs.submissions.submit({ command: { argv: ['true'] }, after: [id] })).id;
});
