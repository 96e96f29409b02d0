import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, dispatched, exit, openBench, request, startJob } from './bench.ts';

const hour = 3_600_000;

/** Ends the latest attempt of a job. */
async function end(bench: Bench, id: string, exitCode = 0): Promise<void> {
  await bench.jobs.attempts.ended(bench.engine.launch(id), exit(exitCode, bench.clock.now()));
}

describe('starting a waiting job now', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
  });
  afterEach(() => bench.end());

  const submit = async (changes = {}) => {
    const { id } = await bench.jobs.submissions.submit(request(changes));
    await dispatched(bench);
    return id;
  };
  const stateOf = (id: string) => {
    const job = bench.store.detail(id);
    return [job?.status, job?.waitReason, job?.attempt];
  };
  const entries = (id: string) => bench.store.detail(id)?.events.map(({ message }) => message) ?? [];

  /** Starts the job and finds that it was launched exactly once. */
  async function starts(id: string): Promise<void> {
    const before = bench.engine.launches.length;
    await bench.jobs.commands.start(id);
    await bench.engine.launchedJob(id);
    await dispatched(bench);
    await bench.jobs.commands.start(id);
    assert.equal(bench.engine.launches.length, before + 1);
  }

  it('ignores that its queue is full, and says so', async () => {
    await startJob(bench, { queue: 'gpu' });
    const id = await submit({ queue: 'gpu' });
    assert.deepEqual(stateOf(id), ['waiting', 'queueFull', 0]);
    await starts(id);
    assert.deepEqual(stateOf(id), ['pending', null, 1]);
    assert.ok(entries(id).includes('Started without waiting any longer (queue full).'));
  });

  it('leaves the limit of the queue in force for the others', async () => {
    const first = await startJob(bench, { queue: 'gpu' });
    const [second, third] = [await submit({ queue: 'gpu' }), await submit({ queue: 'gpu' })];
    await starts(second);
    await end(bench, first.jobId);
    await dispatched(bench);
    assert.deepEqual(stateOf(third), ['waiting', 'queueFull', 0]);
  });

  it('ignores a pause of its queue, which stays paused', async () => {
    await bench.jobs.queues.pause('gpu');
    const [id, other] = [await submit({ queue: 'gpu' }), await submit({ queue: 'gpu' })];
    await starts(id);
    assert.deepEqual(stateOf(other), ['waiting', 'queuePaused', 0]);
  });

  it('ignores the rate limit of its queue, but counts for it', async () => {
    await bench.jobs.queues.set('api', { rate: { count: 1, periodMs: 10_000 } });
    await submit({ queue: 'api' });
    const [id, other] = [await submit({ queue: 'api' }), await submit({ queue: 'api' })];
    bench.clock.advance(6_000);
    await starts(id);
    bench.clock.advance(6_000);
    await dispatched(bench);
    assert.deepEqual(stateOf(other), ['waiting', 'rateLimit', 0]);
    bench.clock.advance(6_000);
    await bench.engine.launchedJob(other);
  });

  it('ignores a start time and a hold, which are then gone', async () => {
    const notBefore = new Date(bench.clock.time + hour).toISOString();
    for (const changes of [{ notBefore }, { hold: true }, { hold: true, notBefore }]) {
      const id = await submit(changes);
      await starts(id);
      await end(bench, id);
      const job = bench.store.detail(id);
      assert.deepEqual([job?.status, job?.waitReason], ['completed', null]);
    }
  });

  it('ignores the limit of its group', async () => {
    const group = { group: 'sweep', groupConcurrency: 1 };
    await startJob(bench, group);
    const id = await submit(group);
    assert.deepEqual(stateOf(id), ['waiting', 'groupFull', 0]);
    await starts(id);
  });

  it('ends the delay of a retry, and its later retries still wait', async () => {
    const { jobId: id } = await startJob(bench, { retry: { attempts: 3, delayMs: hour } });
    await end(bench, id, 1);
    assert.deepEqual(stateOf(id), ['waiting', 'retryBackoff', 1]);
    await starts(id);
    assert.deepEqual(stateOf(id), ['pending', null, 2]);
    await end(bench, id, 1);
    assert.deepEqual(stateOf(id), ['waiting', 'retryBackoff', 2]);
  });

  it('is refused while the job waits for another one, even when it is held as well', async () => {
    const on = await startJob(bench);
    for (const changes of [{}, { hold: true }]) {
      const id = await submit({ ...changes, after: [on.jobId] });
      const before = stateOf(id);
      await assert.rejects(bench.jobs.commands.start(id), { code: 'ENGINE_NOT_CAPABLE' });
      assert.deepEqual(stateOf(id), before);
    }
  });

  it('is refused for a group, and for a job that has finished', async () => {
    const { jobId: id } = await startJob(bench, { group: 'sweep' });
    const parentId = bench.store.job(id)?.parentId;
    await assert.rejects(bench.jobs.commands.start(parentId ?? ''), { code: 'ENGINE_NOT_CAPABLE' });
    await end(bench, id);
    await assert.rejects(bench.jobs.commands.start(id), { code: 'JOB_ALREADY_ENDED' });
  });

  it('survives a crash right after it', async () => {
    await bench.jobs.queues.pause('gpu');
    const id = await submit({ queue: 'gpu' });
    await bench.jobs.commands.start(id);
    await bench.crash();
    assert.deepEqual(stateOf(id).slice(1), [null, 1]);
  });

  it('starts nothing that can’t be saved', async () => {
    const id = await submit({ hold: true });
    const free = bench.fillDisk();
    await assert.rejects(bench.jobs.commands.start(id), { code: 'STORAGE_FULL' });
    assert.deepEqual(bench.engine.launches, []);
    free();
    await starts(id);
  });

  it('is offered until a job starts, unless it waits for another one', async () => {
    const can = (id: string) => bench.store.detail(id)?.capabilities.start.allowed;
    const running = await startJob(bench);
    assert.equal(can(running.jobId), false);
    assert.equal(can(await submit({ hold: true })), true);
    assert.equal(can(await submit({ after: [running.jobId] })), false);
  });
});

describe('changing the priority of a waiting job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
  });
  afterEach(() => bench.end());

  it('lets it start before the others', async () => {
    const running = await startJob(bench, { queue: 'gpu' });
    const first = await bench.jobs.submissions.submit(request({ queue: 'gpu' }));
    const second = await bench.jobs.submissions.submit(request({ queue: 'gpu' }));
    const job = await bench.jobs.commands.setPriority(second.id, 'high');
    assert.equal(job.priority, 'high');
    assert.equal(job.events.at(-1)?.message, 'Priority changed to high.');
    await end(bench, running.jobId);
    await bench.engine.launchedJob(second.id);
    assert.equal(bench.store.job(first.id)?.attempt, 0);
  });

  it('writes nothing if it has that priority', async () => {
    const { id, events } = await bench.jobs.submissions.submit(request({ hold: true, priority: 'low' }));
    const job = await bench.jobs.commands.setPriority(id, 'low');
    assert.equal(job.events.length, events.length);
  });

  it('is refused once it has started', async () => {
    const { jobId: id } = await startJob(bench);
    await assert.rejects(bench.jobs.commands.setPriority(id, 'high'), { code: 'ENGINE_NOT_CAPABLE' });
    await end(bench, id);
    await assert.rejects(bench.jobs.commands.setPriority(id, 'high'), { code: 'JOB_ALREADY_ENDED' });
  });
});
