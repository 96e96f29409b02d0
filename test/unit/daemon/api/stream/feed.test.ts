import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Feed } from '../../../../../daemon/api/stream/feed.ts';
import type { QueueRow } from '../../../../../daemon/store/tables/queues.ts';
import { Warnings } from '../../../../../daemon/warnings.ts';
import { FeedPicture } from '../../../../../shared/feed.ts';
import type { FeedChanges, FeedMessage, FeedSnapshot } from '../../../../../shared/feedMessages.ts';
import { ManualClock } from '../../manualClock.ts';
import { addJob, openTemporary, type Temporary } from '../../store/temporary.ts';

const history = 3;
const isFrame = (message: FeedMessage): message is FeedSnapshot | FeedChanges =>
  message.type === 'snapshot' || message.type === 'changes';

const aQueue = (name: string): QueueRow => ({
  name,
  concurrency: 1,
  rateCount: null,
  ratePeriodMs: null,
  paused: 0,
  timeLimitMs: null,
  cancelAllowed: 1,
  retryAllowed: 1,
  source: null,
});

/** A client whose connection can be slow. */
class Client {
  readonly messages: FeedMessage[] = [];
  readonly failures: unknown[] = [];
  readonly state = new FeedPicture(undefined, history);
  reads = true;
  #waiting: (() => void)[] = [];
  #unsubscribe: () => void = () => {};

  connect(feed: Feed): this {
    this.#unsubscribe = feed.subscribe(
      {
        send: (messages, taken) => {
          this.messages.push(...messages);
          for (const frame of messages.filter(isFrame)) this.state.apply(frame);
          this.#waiting.push(taken);
          if (this.reads) this.read();
        },
        fail: (error) => this.failures.push(error),
      },
      { epoch: this.state.epoch, rev: this.state.rev },
    );
    return this;
  }

  disconnect(): void {
    this.#unsubscribe();
    this.#waiting = [];
  }

  /** Makes the connection ready for more messages. */
  read(): void {
    const taken = this.#waiting;
    this.#waiting = [];
    for (const one of taken) one();
  }

  get jobs(): [string, number][] {
    return [...this.state.jobs.values()].map((job): [string, number] => [job.id, job.rev]).sort();
  }
}

describe('the change feed', () => {
  let bench: Temporary;
  let clock: ManualClock;
  let warnings: Warnings;
  let feed: Feed;

  beforeEach(() => {
    bench = openTemporary({ history });
    clock = new ManualClock();
    warnings = new Warnings();
    feed = new Feed(bench.store, warnings, clock);
  });
  afterEach(() => bench.end());

  const touch = (id: string) => bench.store.write((tx) => tx.updateJob(id, { lastActivityAt: clock.now() }));
  const types = (client: Client) => client.messages.map(({ type }) => type);

  it('notifies connected clients once about several changes of queues or schedules', async () => {
    const client = new Client().connect(feed);
    client.reads = false;
    client.messages.length = 0;
    for (const name of ['gpu', 'io']) await bench.store.write((tx) => tx.putQueue(aQueue(name)));
    await bench.store.write((tx) => tx.removeSchedule('s1'));
    client.reads = true;
    client.read();
    clock.pass(50);
    assert.deepEqual(client.messages, [{ type: 'hint', changed: ['queues', 'schedules'] }]);
    assert.deepEqual(types(new Client().connect(feed)), ['snapshot']);
  });

  it('does not report a change that was rolled back', async () => {
    const client = new Client().connect(feed);
    const failed = bench.store.write((tx) => {
      tx.putQueue(aQueue('gpu'));
      throw new Error('undone');
    });
    await assert.rejects(failed, /undone/);
    clock.pass(50);
    assert.deepEqual(types(client), ['snapshot']);
  });

  it('begins with a snapshot for a new client', async () => {
    await addJob(bench.store, { id: 'a' });
    const client = new Client().connect(feed);
    assert.deepEqual(types(client), ['snapshot']);
    assert.deepEqual(client.jobs, [['a', 1]]);
  });

  it('begins with the newer changes for a returning client, even if there are none', async () => {
    await addJob(bench.store, { id: 'a' });
    const client = new Client().connect(feed);
    client.disconnect();
    client.connect(feed).disconnect();
    await addJob(bench.store, { id: 'b' });
    client.connect(feed);
    assert.deepEqual(client.messages.slice(1), [
      { type: 'changes', rev: 1, jobs: [], removed: [] },
      { type: 'changes', rev: 2, jobs: [bench.store.job('b')], removed: [] },
    ]);
  });

  it('sends the first change at once, and the changes of the next 20 ms in one frame', async () => {
    const client = new Client().connect(feed);
    clock.pass(20);
    await addJob(bench.store, { id: 'a' });
    assert.equal(client.messages.length, 2);
    for (let n = 0; n < 5; n += 1) await touch('a');
    await addJob(bench.store, { id: 'b' });
    assert.equal(client.messages.length, 2);
    clock.pass(19);
    assert.equal(client.messages.length, 2);
    clock.pass(1);
    assert.equal(client.messages.length, 3);
    assert.deepEqual(client.jobs, [
      ['a', 6],
      ['b', 7],
    ]);
  });

  it('has no timer while nothing changes or no client is connected', async () => {
    const client = new Client().connect(feed);
    clock.pass(20);
    assert.equal(clock.waiting, 0);
    await addJob(bench.store, { id: 'a' });
    await touch('a');
    assert.equal(clock.waiting, 1);
    client.disconnect();
    assert.equal(clock.waiting, 0);
    await touch('a');
    assert.equal(clock.waiting, 0);
    assert.equal(feed.size, 0);
  });

  it('is not delayed after the wall clock is set back', async () => {
    const client = new Client().connect(feed);
    clock.jump(-3_600_000);
    await addJob(bench.store, { id: 'a' });
    clock.pass(20);
    assert.deepEqual(client.jobs, [['a', 1]]);
  });

  it('sends nothing to a client that does not read, later only the latest state, and does not delay other clients', async () => {
    const slow = new Client().connect(feed);
    const quick = new Client().connect(feed);
    slow.reads = false;
    clock.pass(20);
    await addJob(bench.store, { id: 'a' });
    assert.equal(slow.messages.length, 2);
    for (let n = 0; n < 20; n += 1) {
      await touch('a');
      clock.pass(20);
    }
    assert.equal(slow.messages.length, 2);
    assert.equal(quick.messages.length, 22);
    slow.read();
    clock.pass(20);
    assert.equal(slow.messages.length, 3);
    assert.deepEqual(slow.jobs, quick.jobs);
  });

  it('reads a frame once for all clients with the same revision, and each client gets its own changes', async () => {
    await addJob(bench.store, { id: 'a' });
    const clients = [1, 2, 3].map(() => new Client().connect(feed));
    const [slow] = clients;
    assert.ok(slow);
    slow.reads = false;
    for (const id of ['b', 'c']) {
      clock.pass(20);
      await addJob(bench.store, { id });
    }
    clock.pass(20);
    slow.reads = true;
    slow.read();
    let reads = 0;
    const { changesSince } = bench.store;
    bench.store.changesSince = (epoch, rev) => {
      reads += 1;
      return changesSince.call(bench.store, epoch, rev);
    };
    await touch('a');
    clock.pass(20);

    assert.equal(reads, 2);
    const [late, one, other] = clients.map(({ messages }) => messages.at(-1));
    assert.equal(one, other);
    const changed = (message: FeedMessage | undefined) =>
      message?.type === 'changes' && message.jobs.map(({ id }) => id);
    assert.deepEqual([changed(late)?.toString(), changed(one)?.toString()], ['c,a', 'a']);
    for (const client of clients) assert.deepEqual(client.jobs, new Client().connect(feed).jobs);
  });

  it('sends a snapshot if a removal brings older jobs into the history', async () => {
    for (let n = 1; n <= history + 1; n += 1) await addJob(bench.store, { id: `job${n}`, endedAt: 1000 + n });
    const client = new Client().connect(feed);
    clock.pass(20);
    await bench.store.write((tx) => tx.removeJob('job4'));
    assert.equal(client.messages.at(-1)?.type, 'snapshot');
    assert.deepEqual(
      client.jobs.map(([id]) => id),
      ['job1', 'job2', 'job3'],
    );
  });

  it('sends the warnings after the first frame, and again when they change', async () => {
    const full = { code: 'STORAGE_FULL', message: 'The disk is full.', hint: null };
    warnings.set(full);
    const client = new Client().connect(feed);
    assert.deepEqual(types(client), ['snapshot', 'warnings']);
    assert.deepEqual(client.messages.at(-1), { type: 'warnings', warnings: [full] });
    clock.pass(20);
    warnings.set({ ...full });
    assert.equal(client.messages.length, 2);
    warnings.clear(full.code);
    assert.deepEqual(client.messages.slice(2), [{ type: 'warnings', warnings: [] }]);
  });

  it('ends with `stopping`', async () => {
    const client = new Client().connect(feed);
    feed.stop('handover');
    await addJob(bench.store, { id: 'a' });
    clock.pass(1000);
    assert.deepEqual(client.messages.slice(1), [{ type: 'stopping', reason: 'handover' }]);
    assert.equal(feed.size, 0);
  });

  it('fails only for the client whose frame cannot be read', async () => {
    const client = new Client().connect(feed);
    clock.pass(20);
    const { changesSince } = bench.store;
    bench.store.changesSince = () => {
      throw new Error('damaged');
    };
    await addJob(bench.store, { id: 'a' });
    bench.store.changesSince = changesSince;
    assert.equal(client.failures.length, 1);
    assert.deepEqual(bench.problems, []);
    assert.deepEqual(new Client().connect(feed).jobs, [['a', 1]]);
  });
});

describe('a client of the change feed', () => {
  const action = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), ended: fc.nat(20) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('end' as const), job: fc.nat(), at: fc.integer({ min: 1, max: 20 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('reopen' as const), job: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), job: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 60 }) }) },
    fc.record({ do: fc.constant('stall' as const) }),
    fc.record({ do: fc.constant('read' as const) }),
    fc.record({ do: fc.constant('reconnect' as const) }),
  );

  it('shows the same as a new client after any changes, delays and reconnections', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const bench = openTemporary({ history, keptTombstones: 4 });
        const clock = new ManualClock();
        try {
          const feed = new Feed(bench.store, new Warnings(), clock);
          const client = new Client().connect(feed);
          const ids: string[] = [];
          for (const step of actions) await act(step, bench, clock, feed, client, ids);
          client.reads = true;
          client.read();
          clock.pass(20);
          assert.deepEqual(client.jobs, new Client().connect(feed).jobs);
          assert.deepEqual(bench.problems, []);
        } finally {
          bench.end();
        }
      }),
      { numRuns: 60 },
    );
  }).timeout(60_000);

  type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

  async function act(step: Action, bench: Temporary, clock: ManualClock, feed: Feed, client: Client, ids: string[]) {
    const { store } = bench;
    const chosen = 'job' in step ? (ids[step.job % Math.max(1, ids.length)] ?? '') : '';
    const job = store.job(chosen);
    switch (step.do) {
      case 'add': {
        const id = `job${ids.push('') - 1}`;
        ids[ids.length - 1] = id;
        return addJob(store, step.ended === 0 ? { id } : { id, endedAt: step.ended });
      }
      case 'end':
        if (job?.endedAt === null)
          await store.write((tx) => tx.updateJob(job.id, { status: 'failed', endedAt: step.at }));
        return;
      case 'reopen':
        if (job && job.endedAt !== null)
          await store.write((tx) => tx.updateJob(job.id, { status: 'pending', endedAt: null }));
        return;
      case 'remove':
        if (job && job.endedAt !== null) await store.write((tx) => tx.removeJob(job.id));
        return;
      case 'pass':
        return clock.pass(step.ms);
      case 'stall':
        client.reads = false;
        return;
      case 'read':
        client.reads = true;
        return client.read();
      case 'reconnect':
        client.disconnect();
        client.connect(feed);
    }
  }
});
