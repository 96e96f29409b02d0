import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { progressMessage } from '../../../../shared/messages/progress.ts';
import { type Bench, dispatched, exit, openBench, request, startJob } from './bench.ts';

const half = { current: 5, total: 10, message: null, phase: 'Load' };

describe('progress from output', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const progress = (id: string) => bench.store.detail(id)?.progress ?? null;

  it('becomes the progress of the job, without a timeline entry', async () => {
    const launch = await startJob(bench);
    const before = bench.store.detail(launch.jobId);
    assert.equal(await bench.jobs.attempts.outputProgress(launch, half), 'taken');
    const after = bench.store.detail(launch.jobId);
    assert.deepEqual([after?.progress, after?.events.length], [half, before?.events.length]);
    assert.ok((after?.lastActivityAt ?? '') > (before?.lastActivityAt ?? ''));
  });

  it('can be withdrawn', async () => {
    const launch = await startJob(bench);
    await bench.jobs.attempts.outputProgress(launch, half);
    assert.equal(await bench.jobs.attempts.outputProgress(launch, null), 'taken');
    assert.equal(progress(launch.jobId), null);
  });

  it('is dropped for an ended attempt', async () => {
    const launch = await startJob(bench);
    await bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));
    assert.equal(await bench.jobs.attempts.outputProgress(launch, half), 'unwanted');
    assert.equal(progress(launch.jobId), null);
  });

  it('is dropped for a job whose program reports its own progress, before or after', async () => {
    const launch = await startJob(bench);
    const own = { current: 1, total: 100, message: 'mine', phase: null };
    await bench.jobs.attempts.outputProgress(launch, half);
    await bench.store.write((tx) => tx.updateJob(launch.jobId, { progress: own }));
    assert.equal(await bench.jobs.attempts.outputProgress(launch, half), 'unwanted');
    assert.deepEqual(progress(launch.jobId), own);
  });

  it('is read again from the start in the next attempt', async () => {
    const launch = await startJob(bench);
    await bench.store.write((tx) => tx.updateJob(launch.jobId, { progress: { ...half, phase: 'own' } }));
    await bench.jobs.attempts.ended(launch, exit(1, bench.clock.now()));
    await bench.jobs.commands.retry(launch.jobId);
    await bench.engine.launched(2);
    const second = bench.engine.launch(launch.jobId);
    await bench.jobs.attempts.started(second, { pid: 1, startedAt: bench.clock.now() });
    assert.equal(await bench.jobs.attempts.outputProgress(second, half), 'taken');
  });

  it('is skipped while the disk is full, and does not delay facts', async () => {
    const launch = await startJob(bench);
    await dispatched(bench);
    const free = bench.fillDisk();
    assert.equal(await bench.jobs.attempts.outputProgress(launch, half), 'notNow');
    free();
    assert.equal(await bench.jobs.attempts.outputProgress(launch, half), 'taken');
  });

  it('is requested at submission, which checks the expression', async () => {
    await bench.jobs.submissions.submit(request({ outputProgress: false }));
    await bench.jobs.submissions.submit(request({ outputProgress: { pattern: '(?<percent>\\d+)%' } }));
    await bench.jobs.submissions.submit(request());
    await bench.engine.launched(3);
    assert.deepEqual(
      bench.engine.launches.map(({ outputProgress }) => outputProgress),
      [false, { pattern: '(?<percent>\\d+)%' }, null],
    );
    await assert.rejects(bench.jobs.submissions.submit(request({ outputProgress: { pattern: '(' } })), {
      code: 'INVALID_REQUEST',
    });
  });

  it('can be turned off, with the reason in the timeline', async () => {
    const launch = await startJob(bench);
    await bench.jobs.attempts.outputProgressOff(launch, progressMessage('progress.patternTooSlow'));
    const last = bench.store.detail(launch.jobId)?.events.at(-1);
    assert.deepEqual([last?.level, last?.code], ['warning', 'progress.patternTooSlow']);
  });
});
