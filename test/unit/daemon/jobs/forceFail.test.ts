import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, dispatched, endJob, exit, openBench, request, startJob } from './bench.ts';

describe('a force stop', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const messages = (id: string) => bench.store.detail(id)?.events.map(({ message }) => message) ?? [];

  it('fails a running job at once with its attempt, and kills it', async () => {
    const launch = await startJob(bench);
    const job = await bench.jobs.commands.forceFail(launch.jobId, 'it hangs');

    assert.deepEqual([job.status, job.error?.code, job.exitCode], ['failed', 'FORCE_FAILED', null]);
    assert.match(job.error?.message ?? '', /it hangs/);
    assert.ok(job.error?.hint && job.endedAt);
    const [attempt] = job.attempts;
    assert.deepEqual(
      [attempt?.status, attempt?.error?.code, attempt?.endedAt],
      ['failed', 'FORCE_FAILED', job.endedAt],
    );
    assert.equal(messages(launch.jobId).at(-1), 'Force stopped: it hangs');
    assert.deepEqual(bench.engine.kills, [{ jobId: launch.jobId, attempt: 1, launch: 1 }]);
  });

  it('ignores later reports about the attempt', async () => {
    const launch = await startJob(bench);
    const job = await bench.jobs.commands.forceFail(launch.jobId);
    await bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));
    await bench.jobs.attempts.started(launch, { pid: 1, startedAt: bench.clock.now() });
    await bench.jobs.attempts.neverStarted(launch);

    assert.deepEqual(bench.store.detail(launch.jobId), job);
  });

  it('prevents an automatic retry, but not a manual one', async () => {
    const launch = await startJob(bench, { retry: { attempts: 3, delayMs: 0 } });
    await bench.jobs.commands.forceFail(launch.jobId);
    await dispatched(bench);
    assert.equal(bench.engine.launches.length, 1);

    await bench.jobs.commands.retry(launch.jobId);
    await bench.engine.launched(2);
    assert.equal(bench.engine.launch(launch.jobId).attempt, 2);
  });

  it('ends a waiting job before it starts', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    const first = await startJob(bench, { queue: 'gpu' });
    const { id } = await bench.jobs.submissions.submit(request({ queue: 'gpu' }));
    const { id: held } = await bench.jobs.submissions.submit(request({ hold: true }));
    await dispatched(bench);
    for (const waiting of [id, held]) {
      const job = await bench.jobs.commands.forceFail(waiting);
      assert.deepEqual([job.status, job.waitReason, job.attempts], ['failed', null, []]);
    }
    await bench.jobs.attempts.ended(first, exit(0, bench.clock.now()));
    await dispatched(bench);
    assert.deepEqual([bench.engine.launches.length, bench.engine.kills], [1, []]);
  });

  it('ends a job that waits for a retry, without the exit code of its last attempt', async () => {
    const id = await endJob(bench, 3, { retry: { attempts: 3, delayMs: 60_000 } });
    const job = await bench.jobs.commands.forceFail(id);
    assert.deepEqual([job.status, job.exitCode, job.attempts[0]?.exitCode], ['failed', null, 3]);
    bench.clock.advance(60_000);
    await dispatched(bench);
    assert.equal(bench.engine.launches.length, 1);
  });

  it('launches nothing in the turn in which the job starts', async () => {
    const submitted = bench.jobs.submissions.submit(request());
    let failed: Promise<unknown> | null = null;
    bench.store.onCommit(({ changed: [id] }) => {
      if (id) failed ??= bench.jobs.commands.forceFail(id);
    });
    const { id } = await submitted;
    await failed;
    await dispatched(bench);

    assert.deepEqual([bench.store.job(id)?.status, bench.engine.launches], ['failed', []]);
  });

  it('cancels jobs that depend on its success, and releases jobs that run after it in any case', async () => {
    const launch = await startJob(bench);
    const needs = (await bench.jobs.submissions.submit(request({ after: [launch.jobId] }))).id;
    const follows = (await bench.jobs.submissions.submit(request({ afterAny: [launch.jobId] }))).id;
    await bench.jobs.commands.forceFail(launch.jobId);

    const { status, error } = bench.store.job(needs) ?? assert.fail();
    assert.deepEqual([status, error?.code], ['cancelled', 'DEPENDENCY_FAILED']);
    await bench.engine.launchedJob(follows);
  });

  it('works despite a queue that forbids cancelling and a cancel in progress', async () => {
    await bench.jobs.queues.set('gpu', { cancelAllowed: false });
    const locked = await startJob(bench, { queue: 'gpu' });
    assert.equal((await bench.jobs.commands.forceFail(locked.jobId)).status, 'failed');
    const cancelling = await startJob(bench);
    await bench.jobs.commands.cancel(cancelling.jobId);
    assert.equal((await bench.jobs.commands.forceFail(cancelling.jobId)).status, 'failed');
  });

  it('is refused for finished and unknown jobs', async () => {
    const id = await endJob(bench, 0);
    await assert.rejects(bench.jobs.commands.forceFail(id), { code: 'JOB_ALREADY_ENDED' });
    await assert.rejects(bench.jobs.commands.forceFail('none'), { code: 'JOB_NOT_FOUND' });
    assert.equal(bench.store.job(id)?.status, 'completed');
  });

  it('is recorded in the timeline if the processes could not be killed', async () => {
    const launch = await startJob(bench);
    bench.engine.onKill = async () => {
      throw new Error('kill EPERM');
    };
    const job = await bench.jobs.commands.forceFail(launch.jobId);
    assert.equal(job.status, 'failed');
    assert.equal(messages(launch.jobId).at(-1), 'Could not kill its processes: kill EPERM');
  });

  it('does not wait for an engine that does not respond', async () => {
    const launch = await startJob(bench);
    bench.engine.onKill = () => new Promise(() => {});
    const failing = bench.jobs.commands.forceFail(launch.jobId);
    await bench.timer();
    bench.clock.advance(2_000);

    assert.equal((await failing).status, 'failed');
    assert.deepEqual(bench.clock.timers, []);
  });

  it('lets the next daemon kill what this one could not', async () => {
    const [forced, ended] = [await startJob(bench), await startJob(bench)];
    bench.engine.onKill = () => new Promise(() => {});
    const failing = bench.jobs.commands.forceFail(forced.jobId);
    await bench.settled((store) => store.job(forced.jobId)?.status === 'failed');
    await bench.jobs.attempts.ended(ended, exit(1, bench.clock.now()));
    const refs = [forced, ended].map(({ jobId }) => ({ jobId, attempt: 1, launch: 1 }));
    bench.next((engine) => {
      engine.left = [...refs, { jobId: 'unknown', attempt: 1, launch: 1 }];
    });
    await bench.crash();

    assert.deepEqual(bench.engine.kills, refs.slice(0, 1));
    bench.clock.advance(2_000);
    await failing;
  });

  describe('of all active jobs', () => {
    it('must be confirmed, with the number of jobs', async () => {
      await startJob(bench);
      await bench.jobs.submissions.submit(request({ hold: true }));
      await endJob(bench, 0);
      for (const asked of [{}, { confirm: false }]) {
        await assert.rejects(bench.jobs.commands.forceFailAll(asked), {
          code: 'CONFIRMATION_NEEDED',
          params: { count: 2 },
        });
      }
      assert.equal(bench.store.counts().failed, 0);
    });

    it('ends running and waiting jobs, and starts nothing in between', async () => {
      await bench.jobs.queues.set('gpu', { concurrency: 1 });
      const running = [await startJob(bench, { queue: 'gpu' }), await startJob(bench)].map(({ jobId }) => jobId);
      const after = { after: running.slice(0, 1) };
      const waits = [{ queue: 'gpu' }, { queue: 'gpu' }, { hold: true }, after, { afterAny: running }];
      const waiting = await Promise.all(
        waits.map(async (changes) => (await bench.jobs.submissions.submit(request(changes))).id),
      );
      const done = await endJob(bench, 0);
      await dispatched(bench);
      const { failed } = await bench.jobs.commands.forceFailAll({ confirm: true, reason: 'all is stuck' });
      await dispatched(bench);

      assert.deepEqual(failed.toSorted(), [...running, ...waiting].sort());
      assert.deepEqual(failed.slice(-2).sort(), running.sort());
      assert.equal(bench.engine.launches.length, 3);
      assert.deepEqual(bench.engine.kills.map(({ jobId }) => jobId).sort(), running);
      for (const id of failed) assert.match(bench.store.job(id)?.error?.message ?? '', /all is stuck/);
      assert.equal(bench.store.job(done)?.status, 'completed');
      const { pending, waiting: stillWaiting, running: stillRunning } = bench.store.counts();
      assert.deepEqual([pending, stillWaiting, stillRunning], [0, 0, 0]);
      assert.deepEqual(await bench.jobs.commands.forceFailAll({ confirm: true }), { failed: [] });
    });
  });
});
