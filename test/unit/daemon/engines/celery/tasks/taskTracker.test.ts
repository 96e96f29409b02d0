import assert from 'node:assert/strict';
import fc from 'fast-check';
import { maxTasks } from '../../../../../../daemon/engines/celery/tasks/openTasks.ts';
import type { TaskEvent } from '../../../../../../daemon/engines/celery/wire/events.ts';
import { event, message, meta, received, start, TrackerBench } from '../builders.ts';

const minute = 60_000;

describe('tracking Celery tasks', () => {
  let bench: TrackerBench;
  beforeEach(() => {
    bench = new TrackerBench();
  });

  it('follows a task through its events', async () => {
    await bench.receive(received());
    assert.deepEqual([bench.job().status, bench.job().worker], ['waiting', 'w1@host']);
    assert.deepEqual([bench.job().latest.title, bench.job().latest.commandLine], ['tasks.add', 'tasks.add(1, 2)']);
    await bench.receive(event('started'));
    assert.equal(bench.job().status, 'running');
    await bench.receive(event('succeeded', { runtime: 1500 }));
    assert.deepEqual([bench.job().status, bench.job().latest.startedAt], ['completed', bench.now - 1500]);
  });

  it('reports the start time of a delayed task', async () => {
    await bench.receive(received(0, { eta: start + minute }));
    assert.deepEqual(bench.job().latest.wait, { reason: 'delay', until: start + minute, detail: null });
  });

  it('reports each retry as an attempt, with the error of the previous one', async () => {
    const boom = { exception: "ValueError('boom')", traceback: 'Traceback\nValueError: boom' };
    await bench.receive(received(), event('started'), event('retried', boom));
    assert.deepEqual([bench.job().status, bench.job().latest.wait?.reason], ['waiting', 'retryBackoff']);
    await bench.receive(received(1), event('started'), event('succeeded'));
    const attempts = [...bench.job().attempts.values()].map(({ status, error }) => [status, error?.message]);
    assert.deepEqual(attempts, [
      ['failed', 'ValueError: boom'],
      ['completed', undefined],
    ]);
  });

  it('reports the error of an attempt even if the next one is received first', async () => {
    await bench.receive(received(), event('started'), received(1, { eta: start + minute }));
    assert.equal(bench.job().status, 'running');
    await bench.receive(event('retried', { exception: "ValueError('boom')" }));
    const { status, latest, attempts } = bench.job();
    assert.deepEqual([status, latest.wait?.until], ['waiting', start + minute]);
    assert.equal(attempts.get(1)?.error?.message, 'ValueError: boom');
  });

  it('reports the error of an attempt even if a later one has started or ended', async () => {
    const away = (n: number) => event('retried', { exception: `ConnectionError('away ${n}')` });
    const first = [received(), event('started'), away(0)];
    const second = [received(1), event('started'), away(1)];
    const third = [received(2), event('started')];
    const [lateFirst, lateSecond] = [first.pop(), second.pop()] as [TaskEvent, TaskEvent];
    await bench.receive(...first, ...second, ...third, lateFirst);
    assert.deepEqual([bench.job().status, bench.job().attempt], ['running', 3]);
    await bench.receiveResult(meta('SUCCESS', 1));
    await bench.receive(lateSecond, lateSecond);

    const { status, attempt, attempts } = bench.job();
    assert.deepEqual([status, attempt], ['completed', 3]);
    assert.deepEqual(
      [...attempts.values()].map((one) => [one.status, one.error?.message]),
      [
        ['failed', 'ConnectionError: away 0'],
        ['failed', 'ConnectionError: away 1'],
        ['completed', undefined],
      ],
    );
  });

  it('reports the error of each attempt however late it arrives', async () => {
    const delays = fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(delays, async ([first, second, hasResult]) => {
        const one = new TrackerBench();
        const [r1, s1, t1, r2, s2, t2, r3, s3, end] = [
          ...[received(0), event('started'), event('retried', { exception: "A('0')" })],
          ...[received(1), event('started'), event('retried', { exception: "A('1')" })],
          ...[received(2), event('started'), event('succeeded')],
        ] as const;
        const others = [r1, s1, r2, s2, r3, s3, end];
        // Events of one worker that are late together keep their order.
        const [early, late] = [Math.min(2 + first, 7), Math.min(4 + second, 7)].sort((a, b) => a - b);
        for (let next = 0; next <= others.length; next += 1) {
          const other = others[next];
          if (other === end && hasResult) await one.receiveResult(meta('SUCCESS', 1));
          if (next === early) await one.receive(t1);
          if (next === late) await one.receive(t2);
          if (other !== undefined) await one.receive(other);
        }
        const { status, attempt, attempts } = one.job();
        assert.deepEqual([status, attempt], ['completed', 3]);
        assert.deepEqual(
          [...attempts.values()].map(({ error }) => error?.message),
          ['A: 0', 'A: 1', undefined],
        );
      }),
      { numRuns: 300 },
    );
  });

  it('reaches the same state with late, repeated or reordered events', async () => {
    const life = [
      received(),
      event('started'),
      received(1),
      event('retried', { exception: "A('1')" }),
      event('started'),
      event('retried', { exception: "A('2')" }),
      received(2),
      event('started'),
      event('failed', { exception: "A('3')" }),
    ];
    const reordered = fc.shuffledSubarray([...life, ...life], { minLength: life.length * 2 });
    await fc.assert(
      fc.asyncProperty(reordered, async (events: TaskEvent[]) => {
        const one = new TrackerBench();
        await one.receive(...events);
        const { status, attempt, error } = one.job();
        assert.equal(status, 'failed');
        assert.equal(error?.message, 'A: 3');
        assert.ok(attempt >= 1 && attempt <= 4);
      }),
      { numRuns: 500 },
    );
  });

  it('counts attempts correctly however the events of two workers interleave', async () => {
    const first = [received(), event('started'), event('retried', { exception: "A('1')" })];
    const other = { host: 'w2@host' };
    const second = [received(1, other), event('started', other), event('succeeded', other)];
    // The order in which the events of the two workers arrive.
    const order = fc.shuffledSubarray([0, 0, 0, 1, 1, 1], { minLength: 6 });
    await fc.assert(
      fc.asyncProperty(order, async (mix) => {
        const one = new TrackerBench();
        const queues = [[...first], [...second]];
        for (const which of mix) await one.receive(...(queues[which]?.splice(0, 1) ?? []));
        assert.deepEqual([one.job().status, one.job().attempt], ['completed', 2]);
      }),
    );
  });

  it('counts attempts correctly however early the next one is received', async () => {
    // The events of one attempt are in order; those of the next may come in between.
    const kinds = ['received', 'started', 'over'];
    const picks = fc.array(fc.constantFrom(...kinds), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(picks, async (wanted) => {
        const one = new TrackerBench();
        const count = { received: 0, started: 0, over: 0 };
        for (const kind of [...wanted, ...kinds, ...kinds, ...kinds]) {
          const mayReceive = count.received < Math.min(3, count.started + 2);
          if (kind === 'received' && mayReceive) await one.receive(received(count.received++));
          if (kind === 'started' && count.started < count.received) {
            count.started += 1;
            await one.receive(event('started'));
          }
          if (kind === 'over' && count.over < count.started) {
            count.over += 1;
            const error = { exception: `A('${count.over}')` };
            await one.receive(count.over === 3 ? event('failed', error) : event('retried', error));
          }
          assert.ok(one.reports.jobs.size === 0 || one.job().attempt <= Math.max(count.received, count.over + 1));
        }
        assert.deepEqual([one.job().status, one.job().attempt, one.job().error?.message], ['failed', 3, 'A: 3']);
      }),
    );
  });

  it('ignores repeated events', async () => {
    const events = [received(), event('started')];
    await bench.receive(...events);
    const { length } = bench.reports.facts;
    await bench.receive(...events);
    assert.equal(bench.reports.facts.length, length);
  });

  it('does not reopen a finished task because of late events, even after a restart', async () => {
    const events = [received(), event('started'), event('failed', { exception: "A('1')" })];
    await bench.receive(...events);
    await bench.receive(...events);
    bench.restart();
    await bench.receive(...events);
    assert.deepEqual([bench.job().status, bench.job().attempt], ['failed', 1]);
  });

  it('reads progress and the outcome from results', async () => {
    await bench.receiveResult(meta('PROGRESS', { current: 1, total: 3, message: 'Row 1' }));
    assert.deepEqual([bench.job().status, bench.job().progress.at(-1)?.total], ['running', 3]);
    await bench.receiveResult(meta('SUCCESS', { rows: 3 }));
    assert.deepEqual([bench.job().status, bench.job().latest.result], ['completed', { rows: 3 }]);
  });

  it('ignores progress of a finished attempt', async () => {
    await bench.receive(received(), event('started'), event('retried', { exception: "A('1')" }));
    await bench.receiveResult(meta('PROGRESS', { current: 1, total: 3 }));
    assert.equal(bench.job().status, 'waiting');
  });

  it('follows retries through results if a worker sends no events', async () => {
    const failed = { exc_type: 'ValueError', exc_message: ['boom'], exc_module: 'builtins' };
    await bench.receiveResult(meta('STARTED', { pid: 1, hostname: 'w1@host' }));
    await bench.receiveResult(meta('RETRY', failed));
    assert.deepEqual(
      [bench.job().status, bench.job().attempts.get(1)?.error?.message],
      ['waiting', 'ValueError: boom'],
    );
    await bench.receiveResult(meta('STARTED', { pid: 1, hostname: 'w1@host' }));
    await bench.receiveResult(meta('FAILURE', failed));
    assert.deepEqual([bench.job().status, bench.job().attempt], ['failed', 2]);
  });

  it('continues with the stored attempt after a restart', async () => {
    await bench.receive(received(), event('started'), event('retried', { exception: "A('1')" }));
    bench.restart();
    await bench.receive(event('started'), event('succeeded'));
    assert.deepEqual([bench.job().status, bench.job().attempt], ['completed', 2]);
  });

  it('keeps the arguments from a message when events have only their text', async () => {
    await bench.take(bench.tracker.onQueued(message(), 'celery'));
    assert.deepEqual(bench.job().latest.input, { args: [1, 2], kwargs: {} });
    await bench.receive(received());
    assert.equal(bench.job().latest.limits.retry, null);
  });

  it('reports a queued message once', () => {
    assert.equal(bench.tracker.onQueued(message(), 'celery').length, 1);
    assert.equal(bench.tracker.onQueued(message(), 'celery').length, 0);
    bench.tracker.clearQueued(new Set());
    assert.equal(bench.tracker.onQueued(message(), 'celery').length, 1);
  });

  it('reports the tasks of a lost worker as lost until there is a sign of life', async () => {
    await bench.receive(received(), event('started'), received(0, { id: 'other' }));
    await bench.take(bench.tracker.onWorkerLost('w1@host', { kind: 'gone' }));
    assert.deepEqual([bench.job().status, bench.job().error?.code], ['lost', 'WORKER_LOST']);
    assert.deepEqual([bench.job('other').status, bench.job('other').worker], ['waiting', null]);
    await bench.receive(received(0, { host: 'w2@host' }), event('started', { host: 'w2@host' }));
    assert.deepEqual([bench.job().status, bench.job().attempt, bench.job().worker], ['running', 1, 'w2@host']);
  });

  it('converts times to the local clock if the clock of a worker is minutes off', async () => {
    for (const off of [-10 * minute, 10 * minute]) {
      const one = new TrackerBench();
      await one.receive(received(0, { timestamp: start + off - 20, eta: start + off + minute }));
      one.now += 3_000;
      await one.receive(event('started', { timestamp: one.now + off - 20 }));
      const { startedAt, wait } = one.job().latest;
      assert.ok(Math.abs((startedAt ?? 0) - one.now) <= 20, `${startedAt}`);
      assert.ok(Math.abs((wait?.until ?? 0) - start - minute) <= 20, `${wait?.until}`);
    }
  });

  it('reports that a task has expired', async () => {
    await bench.receive(received(), event('revoked', { expired: true }));
    assert.equal(bench.job().status, 'cancelled');
    assert.equal(bench.job().latest.messages?.[0]?.message.code, 'celery.expired');
  });

  it('uses the result from an event if results can’t be read', async () => {
    bench.seesResults = false;
    await bench.receive(received(), event('started'), event('succeeded', { resultText: "{'done': 3}" }));
    assert.equal(bench.job().latest.result, "{'done': 3}");
  });

  it('drops finished tasks, and the oldest of too many unfinished ones', () => {
    const { tracker, events } = bench;
    for (let n = 0; n < 20_000; n += 1) {
      const id = `finished ${n}`;
      for (const one of [received(0, { id }), event('started', { id }), event('succeeded', { id })])
        events.onEvent(one);
    }
    assert.equal(tracker.size, 0);
    for (let n = 0; n < maxTasks + 5_000; n += 1) events.onEvent(received(0, { id: `open ${n}` }));
    assert.equal(tracker.size, maxTasks);
  });
});
