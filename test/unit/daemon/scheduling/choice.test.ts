import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { QueueState } from '../../../../daemon/jobs/ports.ts';
import { mayStart, roomIn } from '../../../../daemon/scheduling/choice.ts';
import { Priority } from '../../../../shared/job.ts';
import { waitDetail } from '../../../../shared/messages/waits.ts';
import { aJob, aQueue } from './queues.ts';

const now = 1_000_000;
const jobs = ['a', 'b', 'c'].map((id) => aJob(id));

describe('the queued jobs to start', () => {
  it('are all jobs of a queue without limits', () => {
    assert.deepEqual(mayStart(jobs, [aQueue()], now), { start: ['a', 'b', 'c'], waits: [], lookAgainAt: null });
  });

  it('are as many as there are free places; the others wait for a full queue', () => {
    const wait = { reason: 'queueFull', until: null, detail: waitDetail('wait.places', { taken: 2, limit: 2 }) };
    assert.deepEqual(mayStart(jobs, [aQueue({ concurrency: 2, running: 1 })], now), {
      start: ['a'],
      lookAgainAt: null,
      waits: [
        { id: 'b', wait },
        { id: 'c', wait },
      ],
    });
  });

  it('are none if more jobs are running than the reduced concurrency allows', () => {
    const { start, waits } = mayStart([aJob('a')], [aQueue({ concurrency: 1, running: 3 })], now);
    assert.deepEqual([start, waits[0]?.wait.detail], [[], waitDetail('wait.places', { taken: 3, limit: 1 })]);
  });

  it('are none in a paused queue', () => {
    const { start, waits, lookAgainAt } = mayStart(jobs, [aQueue({ paused: true, concurrency: 9 })], now);
    assert.deepEqual([start, lookAgainAt], [[], null]);
    assert.ok(waits.every(({ wait }) => wait.reason === 'queuePaused'));
  });

  it('are as many as the rate limit allows; the first of the others has a time, and so does the timer', () => {
    const rate = { count: 2, periodMs: 60_000 };
    const queue = aQueue({ rate, starts: [now - 60_000, now - 20_000] });
    const until = now + 40_000;
    assert.deepEqual(mayStart(jobs, [queue], now), {
      start: ['a'],
      lookAgainAt: until,
      waits: [
        { id: 'b', wait: { reason: 'rateLimit', until, detail: null } },
        { id: 'c', wait: { reason: 'rateLimit', until: null, detail: null } },
      ],
    });
  });

  it('are not limited by starts in the future, from before the clock was set back', () => {
    const queue = aQueue({ rate: { count: 1, periodMs: 1000 }, starts: [now + 3_600_000] });
    assert.deepEqual(mayStart([aJob('a')], [queue], now).start, ['a']);
  });

  it('skip a job in a full queue in favor of a job in another one', () => {
    const queues = [aQueue({ concurrency: 1, running: 1 }), aQueue({ name: 'r' })];
    assert.deepEqual(mayStart([aJob('a', { priority: 'urgent' }), aJob('b', { queue: 'r' })], queues, now).start, [
      'b',
    ]);
  });

  it('are chosen by priority, and first in, first out within a priority', () => {
    const mixed = (['low', 'normal', 'urgent', 'high', 'normal', 'urgent'] as const).map((priority, index) =>
      aJob(`${index}`, { priority }),
    );
    assert.deepEqual(mayStart(mixed, [aQueue({ concurrency: 5 })], now).start, ['2', '5', '3', '1', '4']);
  });
});

describe('for any queued jobs,', () => {
  const names = ['p', 'q', 'r'];
  const queue = (name: string) =>
    fc.record<QueueState>({
      name: fc.constant(name),
      concurrency: fc.option(fc.integer({ min: 1, max: 5 })),
      rate: fc.option(
        fc.record({ count: fc.integer({ min: 1, max: 4 }), periodMs: fc.integer({ min: 100, max: 5000 }) }),
      ),
      paused: fc.boolean(),
      running: fc.integer({ min: 0, max: 6 }),
      starts: fc.array(fc.integer({ min: now - 6000, max: now + 6000 }), { maxLength: 8 }).map((at) => at.sort()),
    });
  const queues = fc.tuple(...names.map(queue));
  const line = fc
    .array(fc.record({ queue: fc.constantFrom(...names), priority: fc.constantFrom(...Priority.enum) }), {
      maxLength: 30,
    })
    .map((all) => all.map((job, index) => aJob(`${index}`, job)));

  it('each job either starts or has a reason to wait', () => {
    fc.assert(
      fc.property(line, queues, (all, states) => {
        const { start, waits } = mayStart(all, states, now);
        assert.deepEqual([...start, ...waits.map(({ id }) => id)].sort(), all.map(({ id }) => id).sort());
      }),
    );
  });

  it('no limit is exceeded, and no job waits without one', () => {
    fc.assert(
      fc.property(line, queues, (all, states) => {
        const { start } = mayStart(all, states, now);
        for (const state of states) {
          const own = all.filter((job) => job.queue === state.name);
          const started = own.filter(({ id }) => start.includes(id)).length;
          assert.equal(started, Math.min(own.length, roomIn(state, now)));
          if (started > 0 && state.concurrency !== null) assert.ok(state.running + started <= state.concurrency);
        }
      }),
    );
  });

  it('the jobs that start are the first in their queue by priority and order', () => {
    fc.assert(
      fc.property(line, queues, (all, states) => {
        const { start } = mayStart(all, states, now);
        for (const { name } of states) {
          const own = all.filter((job) => job.queue === name);
          const inOrder = ['urgent', 'high', 'normal', 'low'].flatMap((priority) =>
            own.filter((job) => job.priority === priority).map(({ id }) => id),
          );
          const started = start.filter((id) => own.some((job) => job.id === id));
          assert.deepEqual(started, inOrder.slice(0, started.length));
        }
      }),
    );
  });

  it('a rate limit is never exceeded in any window, and all jobs start eventually', () => {
    const rate = fc.record({ count: fc.integer({ min: 1, max: 4 }), periodMs: fc.integer({ min: 100, max: 5000 }) });
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 20 }), (limit, length) => {
        const starts: number[] = [];
        let waiting = Array.from({ length }, (_, index) => aJob(`${index}`));
        let time = now;
        while (waiting.length > 0) {
          const choice = mayStart(waiting, [aQueue({ rate: limit, starts: [...starts] })], time);
          for (const _ of choice.start) starts.push(time);
          waiting = waiting.filter(({ id }) => !choice.start.includes(id));
          if (waiting.length === 0) break;
          assert.ok(choice.lookAgainAt !== null && choice.lookAgainAt > time);
          time = choice.lookAgainAt ?? time;
        }
        for (const from of starts) {
          const within = starts.filter((at) => at >= from && at < from + limit.periodMs);
          assert.ok(within.length <= limit.count, JSON.stringify(starts));
        }
      }),
    );
  });
});
