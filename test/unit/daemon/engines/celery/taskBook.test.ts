import assert from 'node:assert/strict';
import fc from 'fast-check';
import { maxTasks } from '../../../../../daemon/engines/celery/tasks/openTasks.ts';
import type { TaskEvent } from '../../../../../daemon/engines/celery/wire/events.ts';
import { BookBench, event, message, meta, received, start } from './builders.ts';

const minute = 60_000;

describe('what is known of Celery tasks', () => {
  let bench: BookBench;
  beforeEach(() => {
    bench = new BookBench();
  });

  it('waits for a worker, runs and ends as its events say', async () => {
    await bench.hear(received());
    assert.deepEqual([bench.job().status, bench.job().worker], ['waiting', 'w1@host']);
    assert.deepEqual([bench.job().told.title, bench.job().told.commandLine], ['tasks.add', 'tasks.add(1, 2)']);
    await bench.hear(event('started'));
    assert.equal(bench.job().status, 'running');
    await bench.hear(event('succeeded', { runtime: 1500 }));
    assert.deepEqual([bench.job().status, bench.job().told.startedAt], ['completed', bench.now - 1500]);
  });

  it('says of a task with a time to begin what it waits for', async () => {
    await bench.hear(received(0, { eta: start + minute }));
    assert.deepEqual(bench.job().told.wait, { reason: 'delay', until: start + minute, detail: null });
  });

  it('makes an attempt of each retry, with what the one before failed of', async () => {
    const boom = { exception: "ValueError('boom')", traceback: 'Traceback\nValueError: boom' };
    await bench.hear(received(), event('started'), event('retried', boom));
    assert.deepEqual([bench.job().status, bench.job().told.wait?.reason], ['waiting', 'retryBackoff']);
    await bench.hear(received(1), event('started'), event('succeeded'));
    const attempts = [...bench.job().attempts.values()].map(({ status, error }) => [status, error?.message]);
    assert.deepEqual(attempts, [
      ['failed', 'ValueError: boom'],
      ['completed', undefined],
    ]);
  });

  it('knows the failure of an attempt also when the next one is received before it is told', async () => {
    await bench.hear(received(), event('started'), received(1, { eta: start + minute }));
    assert.equal(bench.job().status, 'running');
    await bench.hear(event('retried', { exception: "ValueError('boom')" }));
    const { status, told, attempts } = bench.job();
    assert.deepEqual([status, told.wait?.until], ['waiting', start + minute]);
    assert.equal(attempts.get(1)?.error?.message, 'ValueError: boom');
  });

  it('comes to the same however events are late, doubled or in disorder', async () => {
    const life = [
      ...[received(), event('started'), received(1), event('retried', { exception: "A('1')" }), event('started')],
      ...[
        event('retried', { exception: "A('2')" }),
        received(2),
        event('started'),
        event('failed', { exception: "A('3')" }),
      ],
    ];
    const disorder = fc.shuffledSubarray([...life, ...life], { minLength: life.length * 2 });
    await fc.assert(
      fc.asyncProperty(disorder, async (events: TaskEvent[]) => {
        const one = new BookBench();
        await one.hear(...events);
        const { status, attempt, error } = one.job();
        assert.equal(status, 'failed');
        assert.equal(error?.message, 'A: 3');
        assert.ok(attempt >= 1 && attempt <= 4);
      }),
      { numRuns: 500 },
    );
  });

  it('counts attempts rightly when each process tells its events in order, whichever comes first', async () => {
    const first = [received(), event('started'), event('retried', { exception: "A('1')" })];
    const other = { host: 'w2@host' };
    const second = [received(1, other), event('started', other), event('succeeded', other)];
    // How the events of two workers mix.
    const order = fc.shuffledSubarray([0, 0, 0, 1, 1, 1], { minLength: 6 });
    await fc.assert(
      fc.asyncProperty(order, async (mix) => {
        const one = new BookBench();
        const queues = [[...first], [...second]];
        for (const which of mix) await one.hear(...(queues[which]?.splice(0, 1) ?? []));
        assert.deepEqual([one.job().status, one.job().attempt], ['completed', 2]);
      }),
    );
  });

  it('counts attempts rightly however early a worker hears of the next one', async () => {
    // What a process tells of an attempt is in order; what it tells of the next may come between.
    const kinds = ['received', 'started', 'over'];
    const picks = fc.array(fc.constantFrom(...kinds), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(picks, async (wanted) => {
        const one = new BookBench();
        const count = { received: 0, started: 0, over: 0 };
        for (const kind of [...wanted, ...kinds, ...kinds, ...kinds]) {
          const mayReceive = count.received < Math.min(3, count.started + 2);
          if (kind === 'received' && mayReceive) await one.hear(received(count.received++));
          if (kind === 'started' && count.started < count.received) {
            count.started += 1;
            await one.hear(event('started'));
          }
          if (kind === 'over' && count.over < count.started) {
            count.over += 1;
            const error = { exception: `A('${count.over}')` };
            await one.hear(count.over === 3 ? event('failed', error) : event('retried', error));
          }
          assert.ok(one.reports.jobs.size === 0 || one.job().attempt <= Math.max(count.received, count.over + 1));
        }
        assert.deepEqual([one.job().status, one.job().attempt, one.job().error?.message], ['failed', 3, 'A: 3']);
      }),
    );
  });

  it('does nothing with what comes twice', async () => {
    const events = [received(), event('started')];
    await bench.hear(...events);
    const told = bench.reports.facts.length;
    await bench.hear(...events);
    assert.equal(bench.reports.facts.length, told);
  });

  it('takes no ended task back by late news, also not in another daemon', async () => {
    const events = [received(), event('started'), event('failed', { exception: "A('1')" })];
    await bench.hear(...events);
    await bench.hear(...events);
    bench.restart();
    await bench.hear(...events);
    assert.deepEqual([bench.job().status, bench.job().attempt], ['failed', 1]);
  });

  it('reads progress, and ends by a result alone', async () => {
    await bench.read(meta('PROGRESS', { current: 1, total: 3, message: 'Row 1' }));
    assert.deepEqual([bench.job().status, bench.job().progress.at(-1)?.total], ['running', 3]);
    await bench.read(meta('SUCCESS', { rows: 3 }));
    assert.deepEqual([bench.job().status, bench.job().told.result], ['completed', { rows: 3 }]);
  });

  it('believes no progress of an attempt that is over', async () => {
    await bench.hear(received(), event('started'), event('retried', { exception: "A('1')" }));
    await bench.read(meta('PROGRESS', { current: 1, total: 3 }));
    assert.equal(bench.job().status, 'waiting');
  });

  it('follows retries by results alone when a worker sends no events', async () => {
    const failed = { exc_type: 'ValueError', exc_message: ['boom'], exc_module: 'builtins' };
    await bench.read(meta('STARTED', { pid: 1, hostname: 'w1@host' }));
    await bench.read(meta('RETRY', failed));
    assert.deepEqual(
      [bench.job().status, bench.job().attempts.get(1)?.error?.message],
      ['waiting', 'ValueError: boom'],
    );
    await bench.read(meta('STARTED', { pid: 1, hostname: 'w1@host' }));
    await bench.read(meta('FAILURE', failed));
    assert.deepEqual([bench.job().status, bench.job().attempt], ['failed', 2]);
  });

  it('goes on with the attempt that an earlier daemon knew', async () => {
    await bench.hear(received(), event('started'), event('retried', { exception: "A('1')" }));
    bench.restart();
    await bench.hear(event('started'), event('succeeded'));
    assert.deepEqual([bench.job().status, bench.job().attempt], ['completed', 2]);
  });

  it('has the arguments of a message, and does not lose them to events that have only their text', async () => {
    await bench.take(bench.book.onQueued(message(), 'celery'));
    assert.deepEqual(bench.job().told.input, { args: [1, 2], kwargs: {} });
    await bench.hear(received());
    assert.equal(bench.job().told.limits.retry, null);
  });

  it('tells a waiting message once', () => {
    assert.equal(bench.book.onQueued(message(), 'celery').length, 1);
    assert.equal(bench.book.onQueued(message(), 'celery').length, 0);
    bench.book.forgetQueued(new Set());
    assert.equal(bench.book.onQueued(message(), 'celery').length, 1);
  });

  it('loses what a worker ran, and takes it up at any sign of life', async () => {
    await bench.hear(received(), event('started'), received(0, { id: 'other' }));
    await bench.take(bench.book.onWorkerGone('w1@host', 'It is gone.'));
    assert.deepEqual([bench.job().status, bench.job().error?.code], ['lost', 'WORKER_LOST']);
    assert.deepEqual([bench.job('other').status, bench.job('other').worker], ['waiting', null]);
    await bench.hear(received(0, { host: 'w2@host' }), event('started', { host: 'w2@host' }));
    assert.deepEqual([bench.job().status, bench.job().attempt, bench.job().worker], ['running', 1, 'w2@host']);
  });

  it('tells times by the clock of this machine when that of a worker is minutes off', async () => {
    for (const off of [-10 * minute, 10 * minute]) {
      const one = new BookBench();
      await one.hear(received(0, { timestamp: start + off - 20, eta: start + off + minute }));
      one.now += 3_000;
      await one.hear(event('started', { timestamp: one.now + off - 20 }));
      const { startedAt, wait } = one.job().told;
      assert.ok(Math.abs((startedAt ?? 0) - one.now) <= 20, `${startedAt}`);
      assert.ok(Math.abs((wait?.until ?? 0) - start - minute) <= 20, `${wait?.until}`);
    }
  });

  it('says of an expired task that it expired', async () => {
    await bench.hear(received(), event('revoked', { expired: true }));
    assert.equal(bench.job().status, 'cancelled');
    assert.match(bench.job().told.messages?.[0]?.message.message ?? '', /expired/);
  });

  it('has the text of a result where it is seen nowhere else', async () => {
    bench.seesResults = false;
    await bench.hear(received(), event('started'), event('succeeded', { resultText: "{'done': 3}" }));
    assert.equal(bench.job().told.result, "{'done': 3}");
  });

  it('keeps nothing of tasks that ended, and of open ones the latest', () => {
    const { book } = bench;
    for (let n = 0; n < 20_000; n += 1) {
      const id = `ended ${n}`;
      for (const one of [received(0, { id }), event('started', { id }), event('succeeded', { id })]) book.onEvent(one);
    }
    assert.equal(book.size, 0);
    for (let n = 0; n < maxTasks + 5_000; n += 1) book.onEvent(received(0, { id: `open ${n}` }));
    assert.equal(book.size, maxTasks);
  });
});
