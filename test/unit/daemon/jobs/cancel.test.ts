import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, exit, openBench, request, startJob } from './bench.ts';

describe('cancelling a job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('marks a running job at once, asks its engine, and completes with the end of the job', async () => {
    const launch = await startJob(bench);
    const job = await bench.jobs.commands.cancel(launch.jobId);

    assert.equal(job.status, 'running');
    assert.ok(job.cancelRequestedAt);
    assert.equal(job.capabilities.cancel.allowed, false);
    assert.deepEqual(bench.engine.cancels, [{ jobId: launch.jobId, attempt: 1, launch: 1 }]);

    await bench.jobs.attempts.ended(launch, { ...exit(143, bench.clock.now()), signal: 'SIGTERM' });
    const after = bench.store.detail(launch.jobId);
    assert.equal(after?.status, 'cancelled');
    assert.equal(after?.exitCode, 143);
    assert.equal(after?.signal, 'SIGTERM');
    assert.equal(after?.error, null);
    assert.equal(after?.attempts[0]?.status, 'cancelled');
  });

  it('with a signal only sends that signal, and the next cancel stops the job', async () => {
    const launch = await startJob(bench);
    const { commands } = bench.jobs;
    const first = await commands.cancel(launch.jobId, { signal: 'SIGINT' });
    await commands.cancel(launch.jobId, { signal: 'SIGINT' });
    assert.equal(first.capabilities.cancel.allowed, true);
    const last = await commands.cancel(launch.jobId);
    assert.equal(last.capabilities.cancel.allowed, false);
    await commands.cancel(launch.jobId);
    await commands.cancel(launch.jobId, { signal: 'SIGINT' });

    assert.deepEqual(bench.engine.signals, ['SIGINT', 'SIGINT', null]);
    assert.equal(last.cancelRequestedAt, first.cancelRequestedAt);
    await bench.jobs.attempts.ended(launch, exit(130, bench.clock.now()));
    assert.equal(bench.store.job(launch.jobId)?.status, 'cancelled');
  });

  it('with a signal and `kill` stops the job, also by the next daemon, and further signals are sent in addition', async () => {
    const launch = await startJob(bench);
    const { commands } = bench.jobs;
    const first = await commands.cancel(launch.jobId, { signal: 'SIGINT', kill: true });
    assert.equal(first.capabilities.cancel.allowed, false);
    await commands.cancel(launch.jobId, { signal: 'SIGQUIT', kill: true });

    assert.deepEqual(
      [bench.engine.signals, bench.engine.stops],
      [
        ['SIGINT', 'SIGQUIT'],
        [true, true],
      ],
    );
    await bench.crash();
    const [recovered] = bench.engine.recovered ?? [];
    assert.deepEqual([recovered?.cancelRequested, recovered?.stopSignal], [true, 'SIGINT']);
  });

  it('with a signal applies to a starting job and to each job of a group', async () => {
    const { id, parentId } = await bench.jobs.submissions.submit(request({ group: 'g', stopSignal: 'SIGQUIT' }));
    const launch = await bench.engine.launchedJob(id);
    assert.equal(launch.stopSignal, 'SIGQUIT');
    await bench.jobs.commands.cancel(parentId ?? '', { signal: 'SIGUSR1', kill: true });
    await bench.jobs.attempts.started(launch, { pid: 1, startedAt: bench.clock.now() });

    assert.deepEqual([bench.engine.signals, bench.engine.stops], [['SIGUSR1'], [true]]);
  });

  it('with a signal does not make the next daemon stop it', async () => {
    const launch = await startJob(bench);
    await bench.jobs.commands.cancel(launch.jobId, { signal: 'SIGINT' });
    await bench.crash();
    assert.deepEqual(
      bench.engine.recovered?.map(({ cancelRequested }) => cancelRequested),
      [false],
    );
    await bench.jobs.commands.cancel(launch.jobId);
    await bench.crash();
    assert.equal(bench.engine.recovered?.[0]?.cancelRequested, true);
  });

  it('with a signal is passed on once the job has started, and cancelling its group stops it', async () => {
    const { id, parentId } = await bench.jobs.submissions.submit(request({ group: 'g' }));
    const launch = await bench.engine.launchedJob(id);
    await bench.jobs.commands.cancel(id, { signal: 'SIGHUP' });
    assert.deepEqual(bench.engine.signals, []);
    await bench.jobs.attempts.started(launch, { pid: 1, startedAt: bench.clock.now() });
    assert.deepEqual(bench.engine.signals, ['SIGHUP']);
    await assert.rejects(bench.jobs.commands.cancel(parentId ?? '', { signal: 'SIGHUP' }), {
      code: 'ENGINE_NOT_CAPABLE',
    });
    await bench.jobs.commands.cancel(parentId ?? '');
    assert.deepEqual(bench.engine.signals, ['SIGHUP', null]);
  });

  it('ends a pending job before it starts', async () => {
    const idle = await openBench({ recovered: false });
    try {
      const { id } = await idle.jobs.submissions.submit(request());
      const job = await idle.jobs.commands.cancel(id);
      assert.equal(job.status, 'cancelled');
      assert.equal(job.startedAt, null);
      assert.deepEqual(job.attempts, []);

      await idle.jobs.recover();
      await idle.store.write(() => {});
      assert.deepEqual(idle.engine.launches, []);
    } finally {
      idle.end();
    }
  });

  it('starts nothing in the turn in which the job is submitted', async () => {
    const submitted = bench.jobs.submissions.submit(request());
    let cancelled: Promise<unknown> | null = null;
    bench.store.onCommit(({ changed: [id] }) => {
      if (id) cancelled ??= bench.jobs.commands.cancel(id);
    });
    const { id } = await submitted;
    await cancelled;
    await bench.store.write(() => {});

    // Either its attempt was committed first and waits for the report of its start, or it never started.
    const job = bench.store.detail(id);
    assert.equal(job?.status === 'cancelled', bench.engine.launches.length === 0);
    assert.ok(job?.cancelRequestedAt);
  });

  it('reaches a starting job as soon as its start is reported', async () => {
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);
    const job = await bench.jobs.commands.cancel(id);
    assert.equal(job.status, 'pending');
    assert.ok(job.cancelRequestedAt);
    assert.deepEqual(bench.engine.cancels, []);

    const launch = bench.engine.launch(id);
    await bench.jobs.attempts.started(launch, { pid: 7, startedAt: bench.clock.now() });
    assert.deepEqual(
      bench.engine.cancels,
      [{ jobId: id, attempt: 1, launch: 1 }].map((ref) => ({ ...launch, ...ref })),
    );
    await bench.jobs.attempts.ended(launch, exit(143, bench.clock.now()));
    assert.equal(bench.store.job(id)?.status, 'cancelled');
  });

  it('cancels a starting job that proves never to have run, instead of launching it again', async () => {
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);
    await bench.jobs.commands.cancel(id);
    await bench.jobs.attempts.neverStarted(bench.engine.launch(id));
    const job = bench.store.detail(id);

    assert.equal(job?.status, 'cancelled');
    assert.equal(job?.attempts[0]?.status, 'cancelled');
    assert.equal(bench.engine.launches.length, 1);
  });

  it('can be repeated while it is in progress, and asks the engine once', async () => {
    const launch = await startJob(bench);
    const first = await bench.jobs.commands.cancel(launch.jobId);
    const second = await bench.jobs.commands.cancel(launch.jobId);

    assert.equal(second.cancelRequestedAt, first.cancelRequestedAt);
    assert.equal(second.rev, first.rev);
    assert.equal(bench.engine.cancels.length, 1);
  });

  it('leaves exit code 0 a success if it came too late', async () => {
    const launch = await startJob(bench);
    await bench.jobs.commands.cancel(launch.jobId);
    await bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));

    assert.equal(bench.store.job(launch.jobId)?.status, 'completed');
  });

  it('is refused for a finished job, and changes nothing', async () => {
    const launch = await startJob(bench);
    await bench.jobs.attempts.ended(launch, exit(1, bench.clock.now()));
    const before = bench.store.detail(launch.jobId);

    await assert.rejects(bench.jobs.commands.cancel(launch.jobId), { code: 'JOB_ALREADY_ENDED' });
    assert.deepEqual(bench.store.detail(launch.jobId), before);
    assert.deepEqual(bench.engine.cancels, []);
  });

  it('is refused for an unknown job', async () => {
    await assert.rejects(bench.jobs.commands.cancel('nosuchjob0'), { code: 'JOB_NOT_FOUND' });
  });

  it('is withdrawn if the engine fails, is recorded in the timeline, and can be retried', async () => {
    const launch = await startJob(bench);
    bench.engine.onCancel = async () => {
      throw new Error('not permitted');
    };
    await bench.jobs.commands.cancel(launch.jobId);
    await bench.settled((store) => store.job(launch.jobId)?.cancelRequestedAt === null);
    const job = bench.store.detail(launch.jobId);

    assert.equal(job?.status, 'running');
    assert.equal(job?.capabilities.cancel.allowed, true);
    assert.match(job?.events.at(-1)?.message ?? '', /not permitted/);
    assert.match(String(bench.problems[0]), /not permitted/);
    bench.engine.onCancel = async () => {};
    await bench.jobs.commands.cancel(launch.jobId);
    assert.equal(bench.engine.cancels.length, 2);
  });

  it('ends the job either before it runs or after it stopped, at any time', async () => {
    const when = fc.constantFrom('with the submit', 'before the launch', 'with the start', 'after the start');
    const property = fc.asyncProperty(when, fc.boolean(), async (moment, cancelFirst) => {
      const { id } = await bench.jobs.submissions.submit(request());
      const cancel = () => bench.jobs.commands.cancel(id);
      const count = bench.engine.cancels.length;
      let cancelled = moment === 'with the submit' ? cancel() : null;
      const launched = () => bench.engine.launches.find((one) => one.jobId === id);
      await bench.store.write(() => {});
      await bench.store.write(() => {});
      if (moment === 'before the launch') cancelled = cancel();
      const launch = launched();
      if (launch) {
        if (moment === 'with the start' && cancelFirst) cancelled = cancel();
        const started = bench.jobs.attempts.started(launch, { pid: 1, startedAt: bench.clock.now() });
        if (moment === 'with the start' && !cancelFirst) cancelled = cancel();
        await started;
      }
      await (cancelled ?? cancel());
      await bench.store.write(() => {});

      const asked = bench.engine.cancels.slice(count).filter((ref) => ref.jobId === id).length;
      assert.equal(asked, launch ? 1 : 0);
      if (launch) await bench.jobs.attempts.ended(launch, exit(143, bench.clock.now()));
      assert.equal(bench.store.job(id)?.status, 'cancelled');
      assert.equal(bench.store.detail(id)?.attempts.length, launch ? 1 : 0);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
