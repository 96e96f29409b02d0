import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { groupError, groupProgress, groupStatus, noChildren } from '../../../../daemon/jobs/groups/derive.ts';
import type { Children } from '../../../../shared/job.ts';
import type { SubmitRequest } from '../../../../shared/protocol.ts';
import { type Bench, dispatched, exit, openBench, request } from './bench.ts';

describe('the derived state of a group', () => {
  const cases: [string, Partial<Children>, string][] = [
    ['pending before any of them started', { pending: 1, waiting: 1 }, 'pending'],
    ['waiting when all of them wait', { waiting: 2 }, 'waiting'],
    ['running while one of them runs', { running: 1, waiting: 3 }, 'running'],
    ['running between the end of one and the start of the next', { completed: 1, pending: 1 }, 'running'],
    ['completed when all completed', { completed: 3 }, 'completed'],
    ['cancelled when one was cancelled', { completed: 3, cancelled: 1 }, 'cancelled'],
    ['lost when one was lost', { cancelled: 3, lost: 1 }, 'lost'],
    [
      'failed when one failed, whatever became of the others',
      { completed: 1, cancelled: 1, lost: 1, failed: 1 },
      'failed',
    ],
  ];
  for (const [name, children, status] of cases) {
    it(name, () => assert.equal(groupStatus({ ...noChildren, ...children }), status));
  }

  it('has the number of finished jobs as progress if all have the same weight', () => {
    const progress = groupProgress([
      { status: 'completed', jobs: 2, weight: 2, done: 2 },
      { status: 'running', jobs: 1, weight: 1, done: 0.5 },
      { status: 'waiting', jobs: 7, weight: 7, done: 0 },
    ]);
    assert.deepEqual(progress, { current: 2.5, total: 10, message: '7 waiting, 1 running', phase: null });
  });

  it('has an error with the number of failed jobs and the titles of the first ones', () => {
    const children = { ...noChildren, completed: 5, failed: 5 };
    const many = groupError(children, ['a', 'b', 'c']);
    assert.equal(many?.message, '5 of 10 jobs failed, including “a”, “b”, “c”.');
    assert.deepEqual(many?.params, { count: 5, all: 10, names: '“a”, “b”, “c”' });
    assert.equal(groupError({ ...noChildren, failed: 1 }, ['a'])?.message, 'The only job of the group failed: “a”.');
    assert.equal(groupError({ ...noChildren, lost: 1, completed: 1 }, ['a'])?.message, '1 of 2 jobs was lost: “a”.');
    assert.equal(groupError({ ...noChildren, completed: 1 }, []), null);
    assert.equal(groupError({ ...noChildren, failed: 1, running: 1 }, ['a']), null);
  });
});

describe('a group', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const add = async (title: string, changes: Partial<SubmitRequest> = {}) => {
    const { id } = await bench.jobs.submissions.submit(request({ title, group: 'nightly', ...changes }));
    await dispatched(bench);
    return id;
  };
  const start = (id: string) =>
    bench.jobs.attempts.started(bench.engine.launch(id), { pid: 1, startedAt: bench.clock.now() });
  const end = async (id: string, exitCode = 0) => {
    await bench.jobs.attempts.ended(bench.engine.launch(id), exit(exitCode, bench.clock.now()));
    await dispatched(bench);
  };
  const groupId = (id: string) => bench.store.job(id)?.parentId ?? assert.fail('it is in no group');
  const group = (id: string) => bench.store.detail(groupId(id)) ?? assert.fail('the group is not there');
  const status = (id: string) => bench.store.job(id)?.status;
  const waits = (id: string) => [bench.store.job(id)?.waitReason, bench.store.job(id)?.waitDetail?.message ?? null];

  it('is created by the first job that names it, and joined by others', async () => {
    const [a, b] = [await add('a', { workspace: '/w', createdBy: 'ann' }), await add('b', { weight: 3 })];
    assert.equal(groupId(a), groupId(b));
    const made = group(a);
    assert.deepEqual([made.title, made.type, made.engine, made.queue], ['nightly', 'group', 'group', 'default']);
    assert.deepEqual([made.workspace, made.createdBy, made.command, made.attempt], ['/w', 'ann', null, 0]);
    assert.deepEqual(made.children, { ...noChildren, pending: 2 });
    assert.deepEqual(made.progress, { current: 0, total: 4, message: '2 pending', phase: null });
    assert.equal(bench.store.detail(b)?.weight, 3);
    assert.deepEqual(
      bench.engine.launches.map(({ jobId }) => jobId),
      [a, b],
    );
  });

  it('runs from the first start to the last end', async () => {
    const [a, b] = [await add('a'), await add('b')];
    assert.deepEqual([group(a).status, group(a).startedAt], ['pending', null]);
    await start(a);
    assert.equal(group(a).status, 'running');
    await end(a);
    assert.deepEqual([group(a).status, group(a).endedAt], ['running', null]);
    await start(b);
    await end(b);
    const { startedAt, endedAt, progress, error } = group(a);
    assert.deepEqual([startedAt, endedAt], [bench.store.job(a)?.startedAt, bench.store.job(b)?.endedAt]);
    assert.deepEqual([progress, error], [{ current: 2, total: 2, message: null, phase: null }, null]);
  });

  it('fails with the titles of its failed jobs, and becomes active when one is retried', async () => {
    const [a, b] = [await add('a'), await add('b')];
    await end(a, 1);
    await end(b);
    assert.deepEqual([group(a).status, group(a).error?.code], ['failed', 'CHILD_FAILED']);
    assert.equal(group(a).error?.message, '1 of 2 jobs failed: “a”.');
    await bench.jobs.commands.retry(a);
    assert.deepEqual([group(a).status, group(a).endedAt, group(a).error], ['running', null, null]);
    await dispatched(bench);
    await end(a);
    assert.equal(group(a).status, 'completed');
  });

  it('becomes active again when a job joins after its end', async () => {
    const a = await add('a');
    await end(a);
    assert.equal(group(a).status, 'completed');
    const b = await add('b');
    assert.equal(groupId(b), groupId(a));
    assert.equal(group(a).status, 'running');
  });

  it('has the wait reason of its first job if all wait, and never becomes due itself', async () => {
    const notBefore = new Date(bench.clock.time + 60_000).toISOString();
    const a = await add('a', { notBefore });
    assert.deepEqual([group(a).status, group(a).waitReason, group(a).waitUntil], ['waiting', 'delay', notBefore]);
    bench.clock.advance(60_000);
    await dispatched(bench);
    assert.equal(group(a).status, 'pending');
    assert.deepEqual(bench.problems, []);
  });

  it('weighs the progress of its jobs', async () => {
    const [a, b] = [await add('a', { weight: 3 }), await add('b')];
    await bench.store.write((tx) =>
      tx.updateJob(a, { progress: { current: 1, total: 2, message: null, phase: null } }),
    );
    assert.deepEqual([group(b).progress?.current, group(b).progress?.total], [1.5, 4]);
  });

  it('is not counted in addition to its jobs', async () => {
    await bench.jobs.queues.set('default', { concurrency: 1 });
    await add('a');
    await add('b');
    const { pending, waiting } = bench.store.counts();
    assert.deepEqual([pending, waiting], [1, 1]);
    assert.deepEqual(bench.store.stats({}).active, { pending: 1, waiting: 1, running: 0 });
    const [queue] = bench.jobs.queues.list();
    assert.deepEqual([queue?.running, queue?.waiting], [1, 1]);
  });

  it('is refused without a name and while it is cancelled, and group fields are refused without it', async () => {
    await assert.rejects(add('a', { group: '  ' }), { code: 'INVALID_REQUEST' });
    await assert.rejects(bench.jobs.submissions.submit(request({ weight: 2 })), { code: 'INVALID_REQUEST' });
    await assert.rejects(bench.jobs.submissions.submit(request({ groupConcurrency: 2 })), { code: 'INVALID_REQUEST' });
    assert.equal(bench.store.rev(), 0);
    const a = await add('a');
    await start(a);
    await bench.jobs.commands.cancel(groupId(a));
    await assert.rejects(add('b'), { code: 'JOB_STILL_ACTIVE', variant: 'groupCancelling' });
  });

  it('can be a dependency: dependents start after the end of its last job', async () => {
    const [a, b] = [await add('a'), await add('b')];
    const { id: after } = await bench.jobs.submissions.submit(request({ after: [groupId(a)], group: 'next' }));
    await end(a);
    assert.deepEqual(waits(after), ['dependency', '“nightly”']);
    await end(b);
    assert.equal(status(after), 'pending');
    assert.equal(group(after).status, 'pending');
  });

  it('can’t be a dependency of its own jobs, even indirectly', async () => {
    const a = await add('a');
    await assert.rejects(add('b', { after: [groupId(a)] }), { code: 'INVALID_REQUEST' });
    const { id: outside } = await bench.jobs.submissions.submit(request({ after: [groupId(a)], group: 'other' }));
    await assert.rejects(add('b', { after: [outside] }), { code: 'INVALID_REQUEST' });
    await assert.rejects(add('b', { after: [groupId(outside)] }), { code: 'INVALID_REQUEST' });
    await add('b', { after: [a] });
  });

  describe('with limited concurrency', () => {
    it('keeps the other jobs waiting for a slot, outside their queue', async () => {
      await bench.jobs.queues.set('gpu', { concurrency: 2 });
      const own = { queue: 'gpu', groupConcurrency: 1 };
      const [a, b, c] = [await add('a', own), await add('b', own), await add('c', own)];
      const { id: other } = await bench.jobs.submissions.submit(request({ queue: 'gpu' }));
      await dispatched(bench);
      assert.deepEqual(
        bench.engine.launches.map(({ jobId }) => jobId),
        [a, other],
      );
      assert.deepEqual(
        [waits(b), waits(c)],
        [
          ['groupFull', '1 of 1'],
          ['groupFull', '1 of 1'],
        ],
      );
      await end(a);
      assert.deepEqual([status(b), waits(c)], ['pending', ['groupFull', '1 of 1']]);
    });

    it('gives the slot of a job in backoff to the next one, and the retry waits for another', async () => {
      const retry = { attempts: 1, delayMs: 60_000 };
      const [a, b] = [await add('a', { groupConcurrency: 1, retry }), await add('b')];
      await end(a, 1);
      assert.deepEqual([waits(a)[0], status(b)], ['retryBackoff', 'pending']);
      bench.clock.advance(60_000);
      await dispatched(bench);
      assert.deepEqual([waits(a)[0], status(b)], ['groupFull', 'pending']);
      await end(b);
      assert.deepEqual(
        bench.engine.launches.map(({ jobId }) => jobId),
        [a, b, a],
      );
    });

    it('gives the slot of a held or cancelled job to the next one in the order of queueing', async () => {
      await bench.jobs.queues.pause('default');
      const [a, b, c] = [await add('a', { groupConcurrency: 1 }), await add('b'), await add('c')];
      assert.deepEqual(
        [a, b, c].map((id) => waits(id)[0]),
        ['queuePaused', 'groupFull', 'groupFull'],
      );
      await bench.jobs.commands.hold(a);
      await dispatched(bench);
      assert.deepEqual(
        [a, b, c].map((id) => waits(id)[0]),
        ['hold', 'queuePaused', 'groupFull'],
      );
      await bench.jobs.commands.release(a);
      await bench.jobs.commands.cancel(b);
      await dispatched(bench);
      assert.deepEqual([waits(a)[0], status(b), waits(c)[0]], ['queuePaused', 'cancelled', 'groupFull']);
    });

    it('starts more jobs when a job raises the limit', async () => {
      const [a, b, c] = [await add('a', { groupConcurrency: 1 }), await add('b'), await add('c')];
      const d = await add('d', { groupConcurrency: 3 });
      assert.deepEqual([a, b, c].map(status), ['pending', 'pending', 'pending']);
      assert.deepEqual(waits(d), ['groupFull', '3 of 3']);
    });
  });

  describe('as a whole', () => {
    it('is cancelled: waiting jobs at once, running ones when they have stopped', async () => {
      const [a, b, c] = [await add('a', { groupConcurrency: 1 }), await add('b'), await add('c', { hold: true })];
      await start(a);
      const cancelled = await bench.jobs.commands.cancel(groupId(a));
      assert.deepEqual([cancelled.status, cancelled.capabilities.cancel.allowed], ['running', false]);
      assert.deepEqual([status(b), status(c)], ['cancelled', 'cancelled']);
      assert.deepEqual(
        bench.engine.cancels.map(({ jobId }) => jobId),
        [a],
      );
      await end(a, 143);
      assert.equal(group(a).status, 'cancelled');
      await assert.rejects(bench.jobs.commands.cancel(groupId(a)), { code: 'JOB_ALREADY_ENDED' });
    });

    it('is cancelled even if a job fails meanwhile that would be retried', async () => {
      for (const turns of [0, 1, 2, 3, 4, 5]) {
        const a = await add('a', { group: `after ${turns}`, retry: { attempts: 3, delayMs: 60_000 } });
        await start(a);
        const cancelled = bench.jobs.commands.cancel(groupId(a));
        for (let turn = 0; turn < turns; turn += 1) await bench.store.write(() => {});
        await Promise.all([end(a, 1), cancelled]);
        assert.equal(group(a).status, 'cancelled', `after ${turns} turns`);
      }
    });

    it('stays active with a job that could not be stopped, and can be cancelled again', async () => {
      const a = await add('a');
      await start(a);
      bench.engine.onCancel = () => Promise.reject(new Error('not now'));
      await bench.jobs.commands.cancel(groupId(a));
      await bench.settled((store) => store.job(a)?.cancelRequestedAt === null);
      bench.engine.onCancel = async () => {};
      await bench.jobs.commands.cancel(groupId(a));
      assert.notEqual(bench.store.job(a)?.cancelRequestedAt, null);
      await end(a, 143);
      assert.equal(group(a).status, 'cancelled');
    });

    it('starts again with a new job after it was cancelled', async () => {
      const a = await add('a', { groupConcurrency: 1 });
      await bench.jobs.commands.cancel(groupId(a));
      // The cancel came too late.
      await end(a);
      assert.equal(group(a).status, 'completed');
      const b = await add('b');
      assert.deepEqual([status(b), group(b).cancelRequestedAt], ['pending', null]);
      assert.ok(bench.engine.launch(b));
    });

    it('is still being cancelled after a restart, and starts nothing meanwhile', async () => {
      const [a, b] = [await add('a', { hold: true }), await add('b', { hold: true })];
      // The state after the daemon is killed between the first and the second transaction.
      await bench.store.write((tx) => tx.updateJob(groupId(a), { cancelRequestedAt: 1 }));
      await bench.jobs.commands.release(a);
      await dispatched(bench);
      assert.deepEqual(bench.engine.launches, []);
      await bench.crash();
      assert.deepEqual([status(a), status(b), group(a).status], ['cancelled', 'cancelled', 'cancelled']);
    });

    it('lets jobs continue whose queue forbids cancelling', async () => {
      await bench.jobs.queues.set('steady', { cancelAllowed: false });
      const [a, b] = [await add('a', { queue: 'steady', groupConcurrency: 1 }), await add('b', { queue: 'steady' })];
      const c = await add('c');
      const { cancelRequestedAt, events } = await bench.jobs.commands.cancel(groupId(a));
      assert.deepEqual([cancelRequestedAt, status(c)], [null, 'cancelled']);
      assert.equal(events.at(-1)?.code, 'timeline.notAllCancelled');
      await end(a);
      await end(b);
      assert.deepEqual([status(a), status(b)], ['completed', 'completed']);
    });

    it('is force stopped with all of its jobs, and no others', async () => {
      const [a, b] = [await add('a'), await add('b')];
      const other = (await bench.jobs.submissions.submit(request({ title: 'other' }))).id;
      await start(a);
      const job = await bench.jobs.commands.forceFail(groupId(a), 'enough');
      assert.deepEqual([job.status, status(a), status(b)], ['failed', 'failed', 'failed']);
      assert.equal(bench.store.job(b)?.error?.code, 'FORCE_FAILED');
      assert.equal(bench.store.job(other)?.error, null);
      await assert.rejects(bench.jobs.commands.forceFail(groupId(a)), { code: 'JOB_ALREADY_ENDED' });
    });

    it('retries only the jobs that did not complete, or all if all did', async () => {
      const [a, b, c] = [await add('a'), await add('b'), await add('c')];
      await end(a, 1);
      await start(b);
      await bench.jobs.commands.retry(groupId(a));
      assert.deepEqual([status(a), group(a).status], ['pending', 'running']);
      await assert.rejects(bench.jobs.commands.retry(groupId(a)), { code: 'JOB_STILL_ACTIVE' });
      await dispatched(bench);
      for (const id of [a, b, c]) await end(id);
      assert.equal(group(a).status, 'completed');
      await bench.jobs.commands.retry(groupId(a));
      assert.deepEqual([a, b, c].map(status), ['pending', 'pending', 'pending']);
      await assert.rejects(bench.jobs.commands.retry(groupId(a), { command: { shell: 'x' } }), {
        code: 'INVALID_REQUEST',
      });
    });

    it('is removed with its jobs and their logs once it has finished', async () => {
      const [a, b] = [await add('a'), await add('b')];
      const id = groupId(a);
      await end(a);
      await assert.rejects(bench.jobs.commands.remove(id), { code: 'JOB_STILL_ACTIVE' });
      await end(b);
      const { epoch } = bench.store;
      const rev = bench.store.rev();
      await bench.jobs.commands.remove(id);
      assert.deepEqual(bench.store.changesSince(epoch, rev)?.removed.sort(), [a, b, id].sort());
      assert.deepEqual(bench.logs.removed.sort(), [a, b].sort());
      assert.deepEqual(bench.store.list({}).jobs, []);
    });

    it('is removed with the last of its jobs, and its name becomes free', async () => {
      const [a, b] = [await add('a'), await add('b')];
      const id = groupId(a);
      for (const one of [a, b]) await end(one);
      await bench.jobs.commands.remove(a);
      assert.deepEqual(group(b).children, { ...noChildren, completed: 1 });
      assert.equal(await bench.jobs.retention.clear(), 1);
      assert.equal(bench.store.job(id), null);
      assert.notEqual(groupId(await add('c')), id);
    });

    it('can’t be held or paused', async () => {
      const id = groupId(await add('a'));
      await assert.rejects(bench.jobs.commands.hold(id), { code: 'ENGINE_NOT_CAPABLE' });
      await assert.rejects(bench.jobs.commands.setPaused(id, true), {
        message: 'A group can’t be paused. Pause its jobs or their queue instead.',
      });
      assert.equal(bench.store.job(id)?.capabilities.hold.reason?.code, 'capability.groupHold');
    });
  });
});
