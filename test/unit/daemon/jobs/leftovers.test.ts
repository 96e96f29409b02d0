import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Launch } from '../../../../daemon/engines/engine.ts';
import { type Bench, exit, openBench, startJob } from './bench.ts';

describe('processes that outlive their job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const sleep = { pid: 41, name: 'sleep' };
  const python = { pid: 42, name: 'python3' };
  const detail = (id: string) => bench.store.detail(id) ?? assert.fail();
  const events = (id: string) => detail(id).events.map(({ code }) => code);

  const end = (launch: Launch) => bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));

  /** A job that has completed and left two processes. */
  async function leave(): Promise<Launch> {
    const launch = await startJob(bench);
    await end(launch);
    await bench.jobs.attempts.leftovers(launch, [sleep, python]);
    return launch;
  }

  it('are counted, listed and noted on the timeline', async () => {
    const { jobId } = await leave();
    const job = detail(jobId);
    assert.deepEqual([job.status, job.leftoverCount, job.attempts[0]?.leftovers], ['completed', 2, [sleep, python]]);
    const { level, message } = job.events.at(-1) ?? assert.fail();
    assert.equal(level, 'warning');
    assert.equal(message, '2 processes are still running: sleep (41), python3 (42). Force stop the job to end them.');
  });

  it('are noted once, and when all have ended', async () => {
    const launch = await leave();
    await bench.jobs.attempts.leftovers(launch, [python]);
    assert.equal(detail(launch.jobId).leftoverCount, 1);
    await bench.jobs.attempts.leftovers(launch, []);
    await bench.jobs.attempts.leftovers(launch, []);
    assert.equal(detail(launch.jobId).leftoverCount, 0);
    assert.deepEqual(events(launch.jobId).slice(-2), ['timeline.leftovers', 'timeline.leftoversEnded']);
  });

  it('are ignored for an attempt that runs, another launch and a removed job', async () => {
    const launch = await startJob(bench);
    await bench.jobs.attempts.leftovers(launch, [sleep]);
    await end(launch);
    await bench.jobs.attempts.leftovers({ ...launch, launch: 2 }, [sleep]);
    await bench.jobs.attempts.leftovers({ ...launch, jobId: 'none' }, [sleep]);
    assert.equal(detail(launch.jobId).leftoverCount, 0);
  });

  it('are killed by a force stop, which leaves the job as it is', async () => {
    const { jobId } = await leave();
    assert.equal(detail(jobId).capabilities.forceFail.allowed, true);
    const job = await bench.jobs.commands.forceFail(jobId);
    assert.deepEqual([job.status, job.error, events(jobId).at(-1)], ['completed', null, 'timeline.leftoversKilled']);
    assert.deepEqual(bench.engine.kills, [{ jobId, attempt: 1, launch: 1 }]);
  });

  it('are killed with a later attempt', async () => {
    const { jobId } = await leave();
    await bench.jobs.commands.retry(jobId);
    await bench.engine.launched(2);
    const job = await bench.jobs.commands.forceFail(jobId);
    assert.equal(job.status, 'failed');
    assert.deepEqual(
      bench.engine.kills.map(({ attempt }) => attempt),
      [2, 1],
    );
  });

  it('are named when a later attempt is cancelled, which leaves them running, and can be killed after it', async () => {
    const { jobId } = await leave();
    await bench.jobs.commands.retry(jobId);
    await bench.engine.launched(2);
    const second = { jobId, attempt: 2, launch: 1 };
    await bench.jobs.attempts.started(second, { pid: 7, startedAt: bench.clock.now() });
    const { events: noted } = await bench.jobs.commands.cancel(jobId);
    assert.deepEqual(
      noted.slice(-2).map(({ code, attempt }) => [code, attempt]),
      [
        ['timeline.cancelRequested', 2],
        ['timeline.leftovers', 1],
      ],
    );
    assert.match(noted.at(-1)?.message ?? '', /sleep \(41\), python3 \(42\)\. Force stop the job to end them/);
    await bench.jobs.attempts.ended(second, exit(143, bench.clock.now()));
    assert.equal(detail(jobId).status, 'cancelled');
    await bench.jobs.commands.forceFail(jobId);
    assert.deepEqual(bench.engine.kills, [{ jobId, attempt: 1, launch: 1 }]);
  });

  it('do not make a finished job without any stoppable', async () => {
    const launch = await leave();
    await bench.jobs.attempts.leftovers(launch, []);
    assert.equal(detail(launch.jobId).capabilities.forceFail.allowed, false);
    await assert.rejects(bench.jobs.commands.forceFail(launch.jobId), /already finished/);
  });

  it('are noted when they can’t be ended', async () => {
    const launch = await startJob(bench);
    await bench.jobs.attempts.stuck(launch, [
      { ...sleep, reason: 'otherUser' },
      { ...python, reason: 'unresponsive' },
    ]);
    const messages = detail(launch.jobId).events.slice(-2);
    assert.deepEqual(
      messages.map(({ level, code }) => [level, code]),
      [
        ['error', 'timeline.stuckOtherUser'],
        ['error', 'timeline.stuck'],
      ],
    );
  });

  it('that a cancel had to kill are noted with the end', async () => {
    const launch = await startJob(bench);
    await bench.jobs.commands.cancel(launch.jobId);
    const killed = { afterMs: 10_000, processes: [sleep] };
    await bench.jobs.attempts.ended(launch, { ...exit(137, bench.clock.now()), killed });
    const job = detail(launch.jobId);
    assert.equal(job.attempts[0]?.killedAfterMs, 10_000);
    assert.equal(
      job.events.find(({ code }) => code === 'timeline.killed')?.message,
      'Killed, because these processes didn’t end within 10 s: sleep (41).',
    );
  });

  it('are forgotten when the next daemon doesn’t find them', async () => {
    const launch = await leave();
    const other = await leave();
    bench.next((engine) => {
      engine.left = [other];
    });
    await bench.crash();
    await bench.settled(() => detail(launch.jobId).leftoverCount === 0);
    assert.deepEqual([detail(launch.jobId).leftoverCount, detail(other.jobId).leftoverCount], [0, 2]);
  });
});
