import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { JobdeckError } from '../../../../shared/errors.ts';
import { type Bench, endJob, exit, openBench, request, startJob } from './bench.ts';

describe('sending a job input', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const messages = (id: string) => bench.store.detail(id)?.events.map(({ message }) => message) ?? [];

  it('sends the text to its engine, and records it without the text', async () => {
    const launch = await startJob(bench, { stdin: true });
    assert.equal(launch.stdin, true);
    assert.equal(bench.store.job(launch.jobId)?.capabilities.input.allowed, true);
    assert.deepEqual(await bench.jobs.commands.input(launch.jobId, { text: 'secret\n' }), { taken: 7, ended: false });
    assert.deepEqual(bench.engine.inputs, [
      { ref: { jobId: launch.jobId, attempt: 1, launch: 1 }, text: 'secret\n', end: false },
    ]);
    assert.equal(messages(launch.jobId).at(-1), 'Sent 7 characters of input.');
    assert.doesNotMatch(JSON.stringify(bench.store.detail(launch.jobId)), /secret/);
  });

  it('is one timeline entry until something else happens, and its end is another', async () => {
    const { jobId } = await startJob(bench, { stdin: true });
    const before = messages(jobId).length;
    for (const text of ['one', 'two']) await bench.jobs.commands.input(jobId, { text });
    await bench.jobs.commands.setPaused(jobId, true);
    await bench.jobs.commands.input(jobId, { text: 'x', end: true });
    assert.deepEqual(messages(jobId).slice(before), [
      'Sent 6 characters of input.',
      'Paused.',
      'Sent 1 character of input.',
      'Input ended.',
    ]);
  });

  it('returns how much was accepted, and fails if nothing was', async () => {
    const { jobId } = await startJob(bench, { stdin: true });
    bench.engine.onInput = async () => ({ taken: 2, ended: false });
    assert.deepEqual(await bench.jobs.commands.input(jobId, { text: 'four', end: true }), { taken: 2, ended: false });
    bench.engine.onInput = async () => ({ taken: 0, ended: false });
    const before = bench.store.detail(jobId);
    await assert.rejects(bench.jobs.commands.input(jobId, { text: 'ur' }), {
      code: 'INPUT_FULL',
    });
    assert.deepEqual(bench.store.detail(jobId), before);
  });

  it('is refused for a job without input, a job that is not running, and an unknown job', async () => {
    const without = await startJob(bench);
    await assert.rejects(bench.jobs.commands.input(without.jobId, { text: 'x' }), {
      code: 'ENGINE_NOT_CAPABLE',
      variant: 'noStdin',
    });
    const { id: held } = await bench.jobs.submissions.submit(request({ stdin: true, hold: true }));
    await assert.rejects(bench.jobs.commands.input(held, { text: 'x' }), {
      code: 'JOB_NOT_RUNNING',
      params: { status: 'waiting' },
    });
    const ended = await endJob(bench, 0, { stdin: true });
    await assert.rejects(bench.jobs.commands.input(ended, { end: true }), {
      code: 'JOB_NOT_RUNNING',
      params: { status: 'completed' },
    });
    await assert.rejects(bench.jobs.commands.input('none', { text: 'x' }), { code: 'JOB_NOT_FOUND' });
    await assert.rejects(bench.jobs.commands.input(held, { text: '' }), { code: 'INVALID_REQUEST' });
    assert.deepEqual(bench.engine.inputs, []);
  });

  it('is refused if the engine no longer has the job, or its input has ended', async () => {
    const { jobId } = await startJob(bench, { stdin: true });
    bench.engine.onInput = async () => null;
    await assert.rejects(bench.jobs.commands.input(jobId, { text: 'x' }), { code: 'JOB_NOT_RUNNING' });
    bench.engine.onInput = async () => {
      throw new JobdeckError({ code: 'INPUT_ENDED', message: 'It is over.', hint: null });
    };
    await assert.rejects(bench.jobs.commands.input(jobId, { text: 'x' }), { code: 'INPUT_ENDED' });
  });

  it('is refused at submission if the engine does not support it, and nothing is written', async () => {
    delete bench.engine.input;
    await assert.rejects(bench.jobs.submissions.submit(request({ stdin: true })), { code: 'ENGINE_NOT_CAPABLE' });
    assert.equal(bench.store.rev(), 0);
    await bench.jobs.submissions.submit(request());
  });

  it('is answered even if a full disk delays its timeline entry', async () => {
    const launch = await startJob(bench, { stdin: true });
    const free = bench.fillDisk();
    assert.deepEqual(await bench.jobs.commands.input(launch.jobId, { text: 'x' }), { taken: 1, ended: false });
    free();
    const ended = bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));
    bench.clock.advance(1_000);
    await ended;
    assert.ok(messages(launch.jobId).includes('Sent 1 character of input.'));
  });

  it('is possible in each attempt', async () => {
    const id = await endJob(bench, 1, { stdin: true });
    await bench.jobs.commands.retry(id);
    await bench.engine.launched(2);
    assert.equal(bench.engine.launch(id).stdin, true);
  });
});
