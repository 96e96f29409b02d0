import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { statusWord } from '../../../../shared/format.ts';
import { type Bench, exit, openBench, request, startJob } from './bench.ts';

describe('pausing a job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const messages = (id: string) => bench.store.detail(id)?.events.map(({ message }) => message) ?? [];
  const refused = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

  it('stops its processes, records that, and lets them continue', async () => {
    const launch = await startJob(bench);
    const ref = { jobId: launch.jobId, attempt: 1, launch: 1 };
    const paused = await bench.jobs.commands.setPaused(launch.jobId, true);
    assert.ok(paused.pausedAt);
    assert.equal(statusWord(paused), 'Paused');

    const resumed = await bench.jobs.commands.setPaused(launch.jobId, false);
    assert.deepEqual([resumed.pausedAt, statusWord(resumed)], [null, 'Running']);
    assert.deepEqual(bench.engine.suspensions, [
      { ref, paused: true },
      { ref, paused: false },
    ]);
    assert.deepEqual(messages(launch.jobId).slice(-2), ['Paused.', 'Resumed.']);
  });

  it('can be repeated without an effect', async () => {
    const { jobId } = await startJob(bench);
    assert.equal((await bench.jobs.commands.setPaused(jobId, false)).pausedAt, null);
    const { pausedAt } = await bench.jobs.commands.setPaused(jobId, true);
    assert.equal((await bench.jobs.commands.setPaused(jobId, true)).pausedAt, pausedAt);
    assert.equal(bench.engine.suspensions.length, 1);
  });

  it('is refused if the job is not running or is being cancelled', async () => {
    const launch = await startJob(bench);
    await bench.jobs.commands.cancel(launch.jobId);
    await assert.rejects(bench.jobs.commands.setPaused(launch.jobId, true), refused('JOB_NOT_RUNNING'));
    await bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));
    await assert.rejects(bench.jobs.commands.setPaused(launch.jobId, true), refused('JOB_NOT_RUNNING'));
    await assert.rejects(bench.jobs.commands.setPaused('none', true), refused('JOB_NOT_FOUND'));
    const { id } = await bench.jobs.submissions.submit(request());
    await assert.rejects(bench.jobs.commands.setPaused(id, true), refused('JOB_NOT_RUNNING'));
    assert.deepEqual(bench.engine.suspensions, []);
  });

  it('is refused, and not recorded, if its processes no longer exist', async () => {
    const { jobId } = await startJob(bench);
    bench.engine.onSuspend = async () => false;

    await assert.rejects(bench.jobs.commands.setPaused(jobId, true), refused('JOB_NOT_RUNNING'));
    assert.equal(bench.store.job(jobId)?.pausedAt, null);
  });

  it('ends when the job ends, whatever the outcome', async () => {
    const launch = await startJob(bench);
    await bench.jobs.commands.setPaused(launch.jobId, true);
    await bench.jobs.commands.cancel(launch.jobId);
    assert.equal(statusWord(bench.store.detail(launch.jobId) ?? assert.fail()), 'Cancelling');
    await bench.jobs.attempts.ended(launch, exit(143, bench.clock.now()));

    assert.equal(bench.store.job(launch.jobId)?.pausedAt, null);
    assert.equal((await bench.jobs.commands.retry(launch.jobId)).pausedAt, null);
  });

  it('is kept across restarts, and corrected if the processes changed meanwhile', async () => {
    const launch = await startJob(bench);
    await bench.jobs.commands.setPaused(launch.jobId, true);
    await bench.crash();
    assert.ok(bench.store.job(launch.jobId)?.pausedAt);

    const facts = { pid: 5, startedAt: bench.clock.now() };
    await bench.jobs.attempts.started(launch, { ...facts, paused: true });
    await bench.jobs.attempts.started(launch, { ...facts, paused: null });
    assert.ok(bench.store.job(launch.jobId)?.pausedAt);
    await bench.jobs.attempts.started(launch, { ...facts, paused: false });
    assert.equal(bench.store.job(launch.jobId)?.pausedAt, null);
    assert.equal(bench.store.detail(launch.jobId)?.events.at(-1)?.code, 'timeline.foundRunning');
  });
});
