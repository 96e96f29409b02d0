import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, endJob, exit, openBench, request, startJob } from './bench.ts';

describe('after a crash of the daemon,', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('the engine receives the unfinished attempts with their complete launches', async () => {
    await endJob(bench, 0);
    const running = await startJob(bench, { command: { shell: 'sleep 5' }, env: { A: '1' } });
    const { id: starting } = await bench.jobs.submissions.submit(request());
    await bench.engine.launched(3);
    const launch = bench.engine.launch(starting);
    await bench.jobs.commands.cancel(running.jobId);
    await bench.crash();

    const byId = new Map(bench.engine.recovered?.map((attempt) => [attempt.jobId, attempt]));
    assert.equal(byId.size, 2);
    assert.deepEqual(byId.get(running.jobId), { ...running, status: 'running', cancelRequested: true, paused: false });
    assert.deepEqual(byId.get(starting), { ...launch, status: 'starting', cancelRequested: false, paused: false });
    assert.deepEqual(bench.engine.launches, []);
  });

  it('a job that is still running is adopted, and its end is recorded', async () => {
    const launch = await startJob(bench);
    await bench.crash();
    const job = bench.store.detail(launch.jobId);
    assert.equal(job?.status, 'running');
    assert.equal(job?.events.at(-1)?.code, 'timeline.adopted');

    await bench.jobs.attempts.ended(launch, exit(3, bench.clock.now()));
    const ended = bench.store.detail(launch.jobId);
    assert.equal(ended?.status, 'failed');
    assert.equal(ended?.exitCode, 3);
    assert.equal(ended?.attempts.length, 1);
  });

  it('a job that ended meanwhile is finished when the recovery is complete', async () => {
    const launch = await startJob(bench);
    bench.jobs.close();
    bench.next((engine, jobs) => {
      engine.onRecover = async ([attempt]) => {
        assert.ok(attempt);
        await jobs.attempts.ended(attempt, exit(0, bench.clock.now()));
      };
    });
    await bench.crash();

    const job = bench.store.detail(launch.jobId);
    assert.equal(job?.status, 'completed');
    assert.ok(!job?.events.some(({ code }) => code === 'timeline.adopted'));
  });

  it('an attempt that never started is launched again, once, as the same attempt', async () => {
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);
    bench.next((engine, jobs) => {
      engine.onRecover = async (attempts) => {
        for (const attempt of attempts) await jobs.attempts.neverStarted(attempt);
      };
    });
    await bench.crash();
    await bench.store.write(() => {});

    assert.deepEqual(
      bench.engine.launches.map(({ jobId, attempt, launch }) => [jobId, attempt, launch]),
      [[id, 1, 2]],
    );
  });

  it('an acknowledged job without an attempt is started', async () => {
    bench.jobs.close();
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.store.write(() => {});
    assert.deepEqual(bench.engine.launches, []);
    await bench.crash();
    await bench.engine.launched(1);

    assert.equal(bench.engine.launch(id).attempt, 1);
  });

  it('a job that was cancelled while starting is not started again', async () => {
    const { id } = await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);
    await bench.jobs.commands.cancel(id);
    bench.next((engine, jobs) => {
      engine.onRecover = async (attempts) => {
        for (const attempt of attempts) await jobs.attempts.neverStarted(attempt);
      };
    });
    await bench.crash();
    await bench.store.write(() => {});

    assert.equal(bench.store.job(id)?.status, 'cancelled');
    assert.deepEqual(bench.engine.launches, []);
  });

  it('an engine that fails to recover does not affect others', async () => {
    await startJob(bench);
    bench.next((engine) => {
      engine.onRecover = async () => {
        throw new Error('run folder unreadable');
      };
    });
    await bench.crash();
    assert.match(String(bench.problems[0]), /run folder unreadable/);

    await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);
  });
});
