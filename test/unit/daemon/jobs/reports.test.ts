import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AttemptOutcome } from '../../../../daemon/engines/engine.ts';
import { isTerminal } from '../../../../shared/status.ts';
import { type Bench, endJob, exit, openBench, request, startJob } from './bench.ts';

describe('a report of an engine', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('is in the job, the attempt and the timeline when it resolves', async () => {
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);
    const launch = bench.engine.launch(id);
    const startedAt = Date.UTC(2026, 5, 1, 10, 0, 0);
    await bench.jobs.attempts.started(launch, { pid: 77, startedAt });
    const running = bench.store.detail(id);
    assert.equal(running?.status, 'running');
    assert.equal(running?.startedAt, '2026-06-01T10:00:00.000Z');
    assert.equal(running?.attempts[0]?.pid, 77);

    const error = { code: 'COMMAND_NOT_FOUND', message: 'There is no foo.', hint: 'Install it.', details: 'tail' };
    await bench.jobs.attempts.ended(launch, { exitCode: 127, signal: null, endedAt: startedAt + 5_000, error });
    const ended = bench.store.detail(id);
    assert.equal(ended?.status, 'failed');
    assert.equal(ended?.endedAt, '2026-06-01T10:00:05.000Z');
    assert.equal(ended?.exitCode, 127);
    assert.deepEqual(ended?.error, error);
    assert.deepEqual(ended?.attempts[0]?.error, error);
    assert.deepEqual(
      ended?.events.map(({ message, level, attempt }) => [message, level, attempt]),
      [
        ['Submitted.', 'info', null],
        ['Started as process 77.', 'info', 1],
        ['Failed with exit code 127 after 5 s.', 'error', 1],
      ],
    );
  });

  it('may be an end without a start', async () => {
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);
    await bench.jobs.attempts.ended(bench.engine.launch(id), exit(0, bench.clock.now()));
    const job = bench.store.detail(id);

    assert.equal(job?.status, 'completed');
    assert.equal(job?.startedAt, null);
  });

  it('changes nothing when it is repeated', async () => {
    const launch = await startJob(bench);
    const running = bench.store.detail(launch.jobId);
    await bench.jobs.attempts.started(launch, { pid: 9, startedAt: 1 });
    await bench.jobs.attempts.neverStarted(launch);
    assert.deepEqual(bench.store.detail(launch.jobId), running);

    await bench.jobs.attempts.ended(launch, exit(2, bench.clock.now()));
    const ended = bench.store.detail(launch.jobId);
    await bench.jobs.attempts.ended(launch, exit(0, 1));
    await bench.jobs.attempts.started(launch, { pid: 9, startedAt: 1 });
    await bench.jobs.attempts.neverStarted(launch);
    assert.deepEqual(bench.store.detail(launch.jobId), ended);
  });

  it('changes nothing if it concerns an earlier attempt or launch', async () => {
    const id = await endJob(bench, 1);
    const old = bench.engine.launch(id);
    await bench.jobs.commands.retry(id);
    await bench.engine.launched(2);
    await bench.settled((store) => store.job(id)?.attempt === 2);
    await bench.jobs.attempts.neverStarted(bench.engine.launch(id));
    await bench.engine.launched(3);
    const before = bench.store.detail(id);

    for (const ref of [old, { ...old, attempt: 2 }, { ...old, attempt: 3 }, { ...old, jobId: 'nosuchjob0' }]) {
      await bench.jobs.attempts.ended(ref, exit(0, 1));
      await bench.jobs.attempts.started(ref, { pid: 1, startedAt: 1 });
      await bench.jobs.attempts.neverStarted(ref);
    }
    assert.deepEqual(bench.store.detail(id), before);
    assert.equal(bench.engine.launches.length, 3);
  });

  it('that a launch never ran launches the same attempt again', async () => {
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);
    await bench.jobs.attempts.neverStarted(bench.engine.launch(id));

    assert.deepEqual(bench.engine.launch(id), { ...bench.engine.launches[0], launch: 2 });
    assert.equal(bench.store.detail(id)?.attempts.length, 1);
    assert.match(bench.store.detail(id)?.events.at(-1)?.message ?? '', /launched again/);
  });

  it('that no launch ever runs finally fails the job', async () => {
    bench.engine.onStart = (launch) => bench.jobs.attempts.neverStarted(launch);
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.settled((store) => store.job(id)?.status === 'failed');

    assert.equal(bench.store.job(id)?.error?.code, 'START_FAILED');
    assert.equal(bench.engine.launches.length, 5);
  });

  it('with invalid times uses the launch time as start, and the current time as end', async () => {
    const { id } = await bench.jobs.submissions.submit(request());
    const launch = await bench.engine.launchedJob(id);
    await bench.jobs.attempts.started(launch, { pid: 1.5, startedAt: 0 });
    const [attempt] = bench.store.detail(id)?.attempts ?? [];
    assert.equal(attempt?.startedAt, attempt?.createdAt);
    assert.equal(attempt?.pid, null);
    await bench.jobs.attempts.ended(launch, { ...exit(1, Number.NaN), exitCode: 1.5 });
    const job = bench.store.job(launch.jobId);

    assert.match(job?.endedAt ?? '', /^2026-01-02/);
    assert.equal(job?.exitCode, null);
  });

  it('never changes a terminal status, in any order and with cancels in between', async () => {
    const report = fc.constantFrom('started', 'ended', 'neverStarted', 'cancel');
    const outcome = fc.record<AttemptOutcome>({
      exitCode: fc.option(fc.integer({ min: 0, max: 2 })),
      signal: fc.constantFrom(null, 'SIGKILL'),
      endedAt: fc.integer({ min: 1, max: 5_000_000 }),
      error: fc.constant(null),
    });
    const property = fc.asyncProperty(fc.array(fc.tuple(report, outcome), { maxLength: 12 }), async (reports) => {
      const { id } = await bench.jobs.submissions.submit(request());
      await bench.engine.launchedJob(id);
      let over: string | null = null;
      for (const [what, how] of reports) {
        const launch = bench.engine.launch(id);
        if (what === 'started') await bench.jobs.attempts.started(launch, { pid: 1, startedAt: 1 });
        if (what === 'ended') await bench.jobs.attempts.ended(launch, how);
        if (what === 'neverStarted') await bench.jobs.attempts.neverStarted(launch);
        if (what === 'cancel')
          await bench.jobs.commands.cancel(id).catch((error) => assert.equal(error.code, 'JOB_ALREADY_ENDED'));
        const status = bench.store.job(id)?.status ?? 'pending';
        if (over !== null) assert.equal(status, over);
        if (isTerminal(status)) over = status;
        assert.equal(bench.store.detail(id)?.attempts.length, 1);
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
