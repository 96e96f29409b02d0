import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { SubmitRequest } from '../../../../shared/protocol.ts';
import { type Bench, dispatched, exit, openBench, request, startJob } from './bench.ts';

describe('a queue', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const add = async (title: string, changes: Partial<SubmitRequest> = {}) => {
    const { id } = await bench.jobs.submissions.submit(request({ title, queue: 'gpu', ...changes }));
    await dispatched(bench);
    return id;
  };
  const launched = () => bench.engine.launches.map(({ jobId }) => bench.store.job(jobId)?.title);
  const end = async (id: string) => {
    await bench.jobs.attempts.ended(bench.engine.launch(id), exit(0, bench.clock.now()));
    await dispatched(bench);
  };
  const waits = (id: string) => {
    const job = bench.store.job(id);
    return [job?.status, job?.waitReason, job?.waitDetail?.message ?? null];
  };

  it('named default always exists, without limits', () => {
    assert.deepEqual(bench.jobs.queues.list(), [
      {
        name: 'default',
        concurrency: null,
        rate: null,
        paused: false,
        timeLimitMs: null,
        cancelAllowed: true,
        retryAllowed: true,
        throttled: false,
        running: 0,
        waiting: 0,
      },
    ]);
  });

  it('that does not exist is refused with a list of the existing ones, and nothing is written', async () => {
    await bench.jobs.queues.set('gpu', {});
    await assert.rejects(bench.jobs.submissions.submit(request({ queue: 'cpu' })), (error: unknown) => {
      const { code, hint } = error as { code: string; hint: string };
      assert.equal(code, 'UNKNOWN_QUEUE');
      assert.match(hint, /default, gpu/);
      return true;
    });
    assert.equal(bench.store.rev(), 0);
    await assert.rejects(bench.jobs.queues.pause('cpu'), { code: 'UNKNOWN_QUEUE' });
    await assert.rejects(bench.jobs.queues.resume('cpu'), { code: 'UNKNOWN_QUEUE' });
  });

  it('keeps the settings that a change leaves out', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 2, rate: { count: 1, periodMs: 1000 } });
    await bench.jobs.queues.set('gpu', { timeLimitMs: 60_000 });
    const queue = await bench.jobs.queues.set('gpu', { rate: null });
    assert.deepEqual([queue.concurrency, queue.rate, queue.timeLimitMs], [2, null, 60_000]);
  });

  it('runs as many jobs as it allows; the others wait with a reason, and each end starts the next', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    const [a, b, c] = [await add('a'), await add('b'), await add('c')];
    assert.deepEqual(launched(), ['a']);
    assert.deepEqual(waits(b), ['waiting', 'queueFull', '1 of 1']);
    const [queue] = bench.jobs.queues.list().filter(({ name }) => name === 'gpu');
    assert.deepEqual([queue?.running, queue?.waiting], [1, 2]);

    await end(a);
    assert.deepEqual(launched(), ['a', 'b']);
    assert.deepEqual(waits(b), ['pending', null, null]);
    assert.deepEqual(waits(c), ['waiting', 'queueFull', '1 of 1']);
  });

  it('starts an urgent job before jobs that have waited longer', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    const a = await add('a');
    for (const title of ['b', 'b2', 'b3']) await add(title);
    await add('c', { priority: 'urgent' });
    await end(a);
    assert.deepEqual(launched(), ['a', 'c']);
  });

  it('starts more jobs when its limit is raised, and lets running jobs continue when it is lowered', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    const [a, b, c] = [await add('a'), await add('b'), await add('c')];
    await bench.jobs.queues.set('gpu', { concurrency: 2 });
    await dispatched(bench);
    assert.deepEqual(launched(), ['a', 'b']);
    assert.deepEqual(waits(c), ['waiting', 'queueFull', '2 of 2']);

    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    await end(a);
    assert.deepEqual(launched(), ['a', 'b']);
    await end(b);
    assert.deepEqual(launched(), ['a', 'b', 'c']);
  });

  it('updates some waiting jobs at once and the rest soon after a change, even after a crash in between', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    const ids = await Promise.all(Array.from({ length: 700 }, (_, n) => add(`j${n}`)));
    await dispatched(bench);
    const saying = (detail: string) => ids.filter((id) => waits(id)[2] === detail).length;
    assert.equal(saying('1 of 1'), ids.length - 1);

    await bench.jobs.queues.set('gpu', { concurrency: 2 });
    assert.ok(saying('2 of 2') < 500, String(saying('2 of 2')));
    await bench.settled(() => saying('2 of 2') === ids.length - 2);

    await bench.jobs.queues.set('gpu', { concurrency: 3 });
    await bench.crash();
    await bench.settled(() => saying('3 of 3') === ids.length - 3);
    assert.deepEqual(bench.problems, []);
  });

  it('starts nothing while it is paused, which waiting jobs show, and continues when it is resumed', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    const [a, b, c] = [await add('a'), await add('b'), await add('c')];
    assert.equal((await bench.jobs.queues.pause('gpu')).paused, true);
    await dispatched(bench);
    await end(a);
    const d = await add('d');
    assert.deepEqual(launched(), ['a']);
    for (const id of [b, c, d]) assert.equal(waits(id)[1], 'queuePaused');

    await bench.jobs.queues.resume('gpu');
    await dispatched(bench);
    assert.deepEqual(launched(), ['a', 'b']);
    for (const id of [c, d]) assert.deepEqual(waits(id), ['waiting', 'queueFull', '1 of 1']);
  });

  it('with a rate starts the next job when it is due, with one timer, or none if no job waits', async () => {
    await bench.jobs.queues.set('gpu', { rate: { count: 2, periodMs: 60_000 } });
    await add('a');
    await add('b');
    assert.equal(bench.clock.timers.length, 0);
    const c = await add('c');
    const d = await add('d');
    assert.equal(bench.clock.timers.length, 1);
    const until = Date.parse(bench.store.job(c)?.waitUntil ?? '');
    assert.equal(bench.store.job(d)?.waitUntil, null);

    bench.clock.advance(until - bench.clock.time - 50);
    await dispatched(bench);
    assert.deepEqual(launched(), ['a', 'b']);
    bench.clock.advance(60);
    await dispatched(bench);
    assert.equal(launched()[2], 'c');
    bench.clock.advance(60_000);
    await dispatched(bench);
    assert.deepEqual(launched(), ['a', 'b', 'c', 'd']);
    assert.equal(bench.clock.timers.length, 0);
  });

  it('keeps its limits, waiting jobs and rate after a restart', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    await bench.jobs.queues.set('api', { rate: { count: 1, periodMs: 60_000 } });
    const [a, b] = [await add('a'), await add('b')];
    await add('x', { queue: 'api' });
    const y = await add('y', { queue: 'api' });
    await bench.crash();
    await dispatched(bench);
    assert.deepEqual(bench.engine.launches, []);
    assert.deepEqual(waits(b), ['waiting', 'queueFull', '1 of 1']);

    bench.clock.advance(60_000);
    await bench.engine.launchedJob(y);
    await bench.jobs.attempts.ended({ jobId: a, attempt: 1, launch: 1 }, exit(0, bench.clock.now()));
    await bench.engine.launchedJob(b);
  });

  it('allows a waiting job to be cancelled before it starts', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    await add('a');
    const b = await add('b');
    const job = await bench.jobs.commands.cancel(b);
    assert.deepEqual([job.status, job.waitReason, job.waitDetail?.message ?? null], ['cancelled', null, null]);
  });

  it('reads and writes only the next job, however many wait', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    const first = await add('first');
    const ids = await Promise.all(
      Array.from({ length: 300 }, async () => (await bench.jobs.submissions.submit(request({ queue: 'gpu' }))).id),
    );
    await dispatched(bench);
    const before = bench.store.rev();
    await end(first);
    const touched = ids.filter((id) => (bench.store.job(id)?.rev ?? 0) > before);
    assert.deepEqual(touched, [bench.engine.launches[1]?.jobId]);
    assert.equal(bench.store.read((rows) => rows.queues.queued('gpu', '["local"]', 1)).length, 1);
  });

  it('is removed when it has no active jobs, and its jobs can be retried only when it exists again', async () => {
    await bench.jobs.queues.set('gpu', { concurrency: 1 });
    const a = await add('a');
    const held = await add('held', { hold: true });
    await assert.rejects(bench.jobs.queues.remove('gpu'), { code: 'QUEUE_IN_USE', params: { queue: 'gpu', count: 2 } });
    await end(a);
    await bench.jobs.commands.cancel(held);
    await bench.jobs.queues.remove('gpu');
    assert.deepEqual(
      bench.jobs.queues.list().map(({ name }) => name),
      ['default'],
    );
    const { retry } = bench.store.job(a)?.capabilities ?? assert.fail();
    assert.deepEqual([retry.allowed, retry.reason?.code], [false, 'capability.queueRemoved']);
    await assert.rejects(bench.jobs.commands.retry(a), { code: 'UNKNOWN_QUEUE', hint: /jobdeck queue set gpu/ });
    assert.equal(bench.store.job(a)?.status, 'completed');

    await bench.jobs.queues.set('gpu', {});
    assert.equal((await bench.jobs.commands.retry(a)).attempt, 1);
    await bench.engine.launched(2);
  });

  it('is not removed if a schedule uses it, if it is the default, or if it does not exist', async () => {
    await bench.jobs.queues.set('gpu', {});
    new Database(bench.file)
      .exec(`INSERT INTO schedules (id, name, cron, timezone, catch_up, overlap, job, created_at)
        VALUES ('s', 'nightly', '@daily', 'UTC', 'last', 'skip', '{"command": {"argv": ["true"]}, "queue": "gpu"}', 0)`)
      .close();
    await assert.rejects(bench.jobs.queues.remove('gpu'), {
      code: 'QUEUE_IN_USE',
      params: { queue: 'gpu', schedule: 'nightly' },
    });
    await assert.rejects(bench.jobs.queues.remove('default'), { code: 'QUEUE_IN_USE' });
    await assert.rejects(bench.jobs.queues.remove('cpu'), { code: 'UNKNOWN_QUEUE' });
    assert.equal(bench.jobs.queues.list().length, 2);
  });

  it('can forbid to cancel or retry its jobs, and clients that follow the jobs see that at once', async () => {
    await bench.jobs.queues.set('gpu', {});
    const [a, b] = [await add('a'), await add('b')];
    const other = await add('other', { queue: 'default' });
    await end(b);
    const rev = bench.store.rev();
    await bench.jobs.queues.set('gpu', { cancelAllowed: false, retryAllowed: false });
    const changed = bench.store.changesSince(bench.store.epoch, rev)?.jobs ?? assert.fail();
    assert.deepEqual(changed.map(({ id }) => id).sort(), [a, b].sort());
    const reasons = changed.map(({ id, capabilities: { cancel, retry } }) => (id === a ? cancel : retry).reason?.code);
    assert.deepEqual(reasons.sort(), ['capability.queueForbidsCancel', 'capability.queueForbidsRetry']);

    await assert.rejects(bench.jobs.commands.cancel(a), { code: 'FORBIDDEN_BY_QUEUE', hint: /queue set gpu --cancel/ });
    await assert.rejects(bench.jobs.commands.retry(b), { code: 'FORBIDDEN_BY_QUEUE', hint: /queue set gpu --retry/ });
    assert.deepEqual([bench.store.job(a)?.cancelRequestedAt, bench.store.job(b)?.status], [null, 'completed']);
    assert.equal((await bench.jobs.commands.cancel(other)).status, 'pending');

    await bench.jobs.queues.set('gpu', { concurrency: 3 });
    await assert.rejects(bench.jobs.commands.cancel(a), { code: 'FORBIDDEN_BY_QUEUE' });
    await bench.jobs.queues.set('gpu', { cancelAllowed: true, retryAllowed: true });
    await bench.jobs.commands.cancel(a);
    await bench.jobs.commands.retry(b);
  });

  it('can forbid to stop a job that was only sent a signal', async () => {
    await bench.jobs.queues.set('gpu', {});
    const { jobId } = await startJob(bench, { queue: 'gpu' });
    await bench.jobs.commands.cancel(jobId, { signal: 'SIGINT' });
    await bench.jobs.queues.set('gpu', { cancelAllowed: false });
    assert.equal(bench.store.job(jobId)?.capabilities.cancel.reason?.code, 'capability.queueForbidsCancel');
    await assert.rejects(bench.jobs.commands.cancel(jobId), { code: 'FORBIDDEN_BY_QUEUE' });
  });

  it('that forbids cancelling still stops jobs that reach their timeout', async () => {
    await bench.jobs.queues.set('gpu', { cancelAllowed: false, timeLimitMs: 1000 });
    const { jobId } = await startJob(bench, { queue: 'gpu' });
    await dispatched(bench);
    bench.clock.advance(1100);
    await dispatched(bench);
    assert.deepEqual(
      bench.engine.cancels.map((ref) => ref.jobId),
      [jobId],
    );
  });

  it('touches no job when only its limits change', async () => {
    await bench.jobs.queues.set('gpu', {});
    await add('a');
    const rev = bench.store.rev();
    await bench.jobs.queues.set('gpu', { concurrency: 5 });
    assert.equal(bench.store.rev(), rev);
  });
});
