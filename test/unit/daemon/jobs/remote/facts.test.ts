import assert from 'node:assert/strict';
import fc from 'fast-check';
import { transitionOf } from '../../../../../daemon/jobs/remote/transitions.ts';
import { isTerminal } from '../../../../../shared/status.ts';
import { RemoteBench } from './scripted.ts';

describe('facts about a remote job', () => {
  let remote: RemoteBench;
  beforeEach(async () => {
    remote = await RemoteBench.open();
  });
  afterEach(() => remote.end());

  it('add it with their fields', async () => {
    await remote.take({ status: 'waiting', type: 'tasks.add', commandLine: 'tasks.add(2, 3)', queue: 'celery' });
    const job = remote.job();
    assert.equal(job.status, 'waiting');
    assert.equal(job.waitReason, 'remoteWorker');
    assert.deepEqual([job.engine, job.connection, job.externalId, job.queue], ['celery', 'prod', 't1', 'celery']);
    assert.deepEqual([job.title, job.type, job.commandLine], ['tasks.add', 'tasks.add', 'tasks.add(2, 3)']);
    assert.equal(job.attempt, 0);
  });

  it('follow its life, with an attempt and a timeline', async () => {
    await remote.take({ status: 'waiting' }, { status: 'running', worker: 'w1@host' });
    await remote.take({ progress: { current: 1, total: 3, message: null, phase: null } });
    assert.equal(remote.job().progress?.current, 1);
    await remote.take({ status: 'completed', result: { sum: 5 } });
    const detail = remote.detail();
    assert.equal(detail.status, 'completed');
    assert.deepEqual(detail.result, { sum: 5 });
    assert.deepEqual(
      detail.attempts.map(({ number, status }) => [number, status]),
      [[1, 'completed']],
    );
    assert.deepEqual(
      detail.events.map(({ code }) => code),
      ['timeline.seen', 'timeline.startedOnWorker', 'timeline.completedAfter'],
    );
    assert.equal(detail.worker, 'w1@host');
  });

  it('change and write nothing if they are repeated or late', async () => {
    const { clock, store } = remote.bench;
    const at = clock.now();
    await remote.take({ at, status: 'running' }, { at, status: 'completed', result: 1 });
    const before = remote.detail();
    const rev = store.rev();
    await remote.take({ at, status: 'waiting' }, { at, status: 'running' }, { at, status: 'completed', result: 1 });
    await remote.take({ at, status: 'lost' }, { at, status: 'cancelled' });
    await remote.take({ progress: { current: 1, total: 3, message: null, phase: null } });
    assert.equal(store.rev(), rev);
    assert.deepEqual(remote.detail(), before);
  });

  it('about an attempt that a later one has replaced add its error, and change nothing else', async () => {
    const late = (message: string) => ({ code: 'REMOTE_FAILED', message, hint: null, details: 'Traceback' });
    await remote.take({ attempt: 1, status: 'running' });
    await remote.take({ attempt: 2, status: 'completed', result: 1 });
    const before = remote.detail();
    assert.equal(before.attempts[0]?.error?.code, 'REMOTE_FAILED');
    await remote.take({ attempt: 1, status: 'failed', error: late('ValueError: boom') });

    const after = remote.detail();
    assert.deepEqual(
      after.attempts.map(({ status, error }) => [status, error?.message]),
      [
        ['failed', 'ValueError: boom'],
        ['completed', undefined],
      ],
    );
    assert.deepEqual({ ...after, attempts: [], rev: 0 }, { ...before, attempts: [], rev: 0 });
    const rev = remote.bench.store.rev();
    await remote.take({ attempt: 1, status: 'failed', error: late('another') });
    assert.equal(remote.bench.store.rev(), rev, 'an error that is known stays');
  });

  it('can begin in the middle', async () => {
    await remote.take({
      status: 'failed',
      error: { code: 'REMOTE_FAILED', message: 'ValueError: x', hint: null, details: null },
    });
    assert.equal(remote.job().status, 'failed');
    assert.equal(remote.job().error?.message, 'ValueError: x');
    assert.equal(remote.job().startedAt, null);
    await remote.take({
      status: 'failed',
      error: { code: 'REMOTE_FAILED', message: 'ValueError: x', hint: null, details: 'Traceback' },
    });
    assert.equal(remote.job().error?.details, 'Traceback');
  });

  it('about a retry add an attempt, even if its wait is reported before the reason', async () => {
    await remote.take({ status: 'running' });
    const error = { code: 'REMOTE_FAILED', message: 'boom', hint: null, details: null };
    const until = remote.bench.clock.now() + 60_000;
    await remote.take({ attempt: 2, status: 'waiting', wait: { reason: 'retryBackoff', until, detail: null }, error });
    assert.deepEqual([remote.job().status, remote.job().waitReason], ['waiting', 'retryBackoff']);
    await remote.take({ attempt: 1, status: 'running' }, { attempt: 1, status: 'failed', error });
    assert.equal(remote.job().status, 'waiting');
    await remote.take({ attempt: 2, status: 'running' }, { attempt: 2, status: 'completed' });
    const { status, attempts } = remote.detail();
    assert.equal(status, 'completed');
    assert.deepEqual(
      attempts.map((one) => [one.number, one.status]),
      [
        [1, 'failed'],
        [2, 'completed'],
      ],
    );
  });

  it('about a started attempt that waits keep it in the same attempt until it continues', async () => {
    const startedAt = remote.bench.clock.now();
    const until = startedAt + 60_000;
    await remote.take({ status: 'running', worker: 'shop' });
    await remote.take({ status: 'waiting', startedAt, worker: 'shop', wait: { reason: 'delay', until, detail: null } });
    assert.deepEqual([remote.job().status, remote.job().waitReason, remote.job().worker], ['waiting', 'delay', 'shop']);
    await remote.take({ status: 'waiting' });
    assert.equal(remote.job().waitReason, 'remoteWorker');
    await remote.take({ status: 'running', startedAt });
    assert.deepEqual([remote.job().status, remote.job().waitReason, remote.job().attempt], ['running', null, 1]);
    assert.equal(remote.detail().events.at(-1)?.code, 'timeline.continued');
    await remote.take({ status: 'waiting' });
    assert.equal(remote.job().status, 'running', 'late news that it waited');
    await remote.take({ status: 'completed' });
    assert.equal(remote.detail().attempts.length, 1);
  });

  it('about a lost worker end it as lost, and any sign of life continues it', async () => {
    const error = { code: 'WORKER_LOST', message: 'Its worker is gone.', hint: null, details: null };
    await remote.take({ status: 'running', worker: 'w1' }, { status: 'lost', error });
    assert.equal(remote.job().status, 'lost');
    await remote.take({ status: 'running' });
    assert.deepEqual([remote.job().status, remote.job().endedAt, remote.job().error], ['running', null, null]);
    assert.equal(remote.detail().attempts.length, 1);
    await remote.take({ status: 'lost', error }, { status: 'waiting' }, { status: 'running' }, { status: 'completed' });
    assert.deepEqual(
      remote.detail().attempts.map(({ status }) => status),
      ['completed'],
    );
  });

  it('are requested again while it is active or was lost', async () => {
    await remote.take({ status: 'running', worker: 'w1' });
    await remote.take({ externalId: 't2', status: 'completed' }, { externalId: 't3', status: 'lost' });
    const open = remote.bench.jobs.remote.open('prod', 10);
    assert.deepEqual(
      open.map(({ externalId, attempt, worker }) => [externalId, attempt, worker]),
      [
        ['t1', 1, 'w1'],
        ['t3', 1, null],
      ],
    );
    assert.deepEqual(
      remote.bench.jobs.remote.open('prod', 10, open[0]?.jobId).map(({ externalId }) => externalId),
      ['t3'],
    );
    assert.deepEqual(remote.bench.jobs.remote.open('other', 10), []);
  });

  it('do not bring a removed job back', async () => {
    await remote.take({ status: 'completed' });
    await remote.bench.jobs.commands.remove(remote.job().id);
    await remote.take({ status: 'running' }, { status: 'completed' });
    assert.deepEqual(remote.jobs, []);
    assert.equal(remote.bench.jobs.remote.known('prod', 't1'), null);
  });

  it('have the headline of a traceback', async () => {
    const details = 'Traceback (most recent call last):\n  File "tasks.py", line 9, in add\nValueError: x';
    const error = { code: 'REMOTE_FAILED', message: 'ValueError: x', hint: null, details };
    await remote.take({ status: 'running' }, { status: 'failed', error });

    const place = { file: 'tasks.py', line: 9, column: null };
    assert.deepEqual(remote.detail().error?.headline, { text: 'ValueError: x', place });
  });

  it('are stored without control characters, and limited in size', async () => {
    await remote.take({
      status: 'failed',
      title: 'a\u001b]52;c;x\u0007b\nc',
      type: 't'.repeat(500),
      error: { code: 'REMOTE_FAILED', message: '\u001b[2J', hint: null, details: 'x'.repeat(500_000) },
      result: 'y'.repeat(2_000_000),
    });
    const detail = remote.detail();
    assert.equal(detail.title, 'a\uFFFD]52;c;x\uFFFDb c');
    assert.equal(detail.error?.message, '\uFFFD[2J');
    assert.ok((detail.error?.details?.length ?? 0) <= 100_000);
    assert.match(String(detail.result), /\(2000002 characters\)$/);
  });

  it('affect no queue of this machine, and wait for nothing on this machine', async () => {
    await remote.bench.jobs.queues.set('default', { concurrency: 1 });
    await remote.take(
      { status: 'running', queue: 'default' },
      { externalId: 't2', status: 'waiting', queue: 'default' },
    );
    const { id } = await remote.bench.jobs.submissions.submit({ command: { argv: ['true'] } });
    await remote.bench.engine.launchedJob(id);
    const queue = remote.bench.jobs.queues.list().find(({ name }) => name === 'default');
    assert.deepEqual([queue?.running, queue?.waiting], [1, 0]);
    await remote.bench.jobs.queues.set('gpu', {});
    await remote.take({ externalId: 't3', status: 'waiting', queue: 'gpu' });
    await remote.bench.jobs.queues.remove('gpu');
  });

  it('release the jobs that wait for it', async () => {
    await remote.take({ status: 'running' });
    const { id } = await remote.bench.jobs.submissions.submit({
      command: { argv: ['true'] },
      after: [remote.job().id],
    });
    assert.equal(remote.bench.store.job(id)?.waitReason, 'dependency');
    await remote.take({ status: 'completed' });
    await remote.bench.engine.launchedJob(id);
  });

  it('are found by connection', async () => {
    await remote.take({ status: 'running' });
    await remote.bench.jobs.submissions.submit({ command: { argv: ['true'] } });
    assert.deepEqual(
      remote.bench.store.list({ connection: 'prod' }).jobs.map(({ externalId }) => externalId),
      ['t1'],
    );
    assert.equal(remote.bench.store.list({ connection: 'other' }).total, 0);
  });
});

describe('the resulting status', () => {
  const status = fc.constantFrom('waiting', 'running', 'completed', 'failed', 'cancelled', 'lost' as const);
  const fact = fc.record({ status, attempt: fc.integer({ min: 1, max: 3 }) });

  it('of an attempt that has finally ended never changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fact, (attempt, told) => {
        const late = transitionOf(
          { status: 'completed', attempt, over: true },
          Math.min(attempt, told.attempt),
          told.status,
        );
        assert.equal(late, null);
      }),
    );
  });

  it('is the status of the latest attempt, for any order and repetition of facts', async () => {
    const ending = fc.constantFrom('completed', 'failed', 'cancelled' as const);
    // One store for all orders, each about a task of its own, because opening one takes far longer than an order.
    const remote = await RemoteBench.open();
    let orders = 0;
    const order = fc.asyncProperty(
      fc.array(fact, { maxLength: 12 }),
      ending,
      fc.integer({ min: 0, max: 99 }),
      async (noise, last, at) => {
        orders += 1;
        const externalId = `order-${orders}`;
        // The facts about the fourth attempt count, regardless of facts about earlier ones before and after them.
        const told = [...noise];
        told.splice(at % (told.length + 1), 0, { status: last, attempt: 4 } as never);
        const facts = told.map((one) => ({ ...one, externalId }) as never);
        if (at % 2 === 0) await remote.take(...facts);
        else for (const one of facts) await remote.take(one);
        const detail = remote.detail(externalId);
        assert.equal(detail.status, last);
        assert.equal(detail.attempt, 4);
        for (const one of detail.attempts)
          assert.ok(isTerminal(one.status as never), `attempt ${one.number} is ${one.status}`);
        assert.deepEqual(remote.bench.problems, []);
      },
    );
    try {
      await fc.assert(order, { numRuns: 60 });
    } finally {
      remote.end();
    }
  });
});
