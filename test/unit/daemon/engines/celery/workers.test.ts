import assert from 'node:assert/strict';
import type { Broker } from '../../../../../daemon/engines/celery/brokers/broker.ts';
import { RemoteControl } from '../../../../../daemon/engines/celery/connection/remoteControl.ts';
import { EarlyResults } from '../../../../../daemon/engines/celery/following/earlyResults.ts';
import { Outbox } from '../../../../../daemon/engines/celery/following/outbox.ts';
import { WorkerMonitor } from '../../../../../daemon/engines/celery/following/workerMonitor.ts';
import { WorkerRegistry } from '../../../../../daemon/engines/celery/following/workerRegistry.ts';
import { TaskTracker } from '../../../../../daemon/engines/celery/tasks/taskTracker.ts';
import { WorkerClocks } from '../../../../../daemon/engines/celery/tasks/workerClocks.ts';
import type { WorkerEvent } from '../../../../../daemon/engines/celery/wire/events.ts';
import type { Fact } from '../../../../../daemon/engines/remote.ts';
import { event, meta, received } from './builders.ts';

const heartbeat = (host: string, pid = 1, more: Partial<WorkerEvent> = {}): WorkerEvent => ({
  ...{
    kind: 'heartbeat',
    host,
    process: `${host}/${pid}`,
    clock: 1,
    timestamp: null,
    heartbeatMs: 2000,
    active: 1,
    processed: 2,
  },
  ...{ load: [1, 2, 3], version: '5.5.3', ...more },
});

/** A clock that a test moves. */
class Time {
  ms = 0;
  readonly #due: { at: number; call(): void }[] = [];
  now = () => this.ms;
  after = (ms: number, call: () => void) => {
    const one = { at: this.ms + ms, call };
    this.#due.push(one);
    return () => void this.#due.splice(this.#due.indexOf(one), this.#due.includes(one) ? 1 : 0);
  };
  pass(ms: number): void {
    this.ms += ms;
    for (const one of this.#due.filter(({ at }) => at <= this.ms)) {
      this.#due.splice(this.#due.indexOf(one), 1);
      one.call();
    }
  }
}

/** Workers that answer, or do not. */
function controlWith(time: Time, workers: WorkerRegistry, answers: Record<string, unknown>, receivers: number | null) {
  let control: RemoteControl | null = null;
  const broker = {
    ...{ kind: 'Redis', version: null, replyTo: { exchange: 'x', oid: 'me' } },
    async control(message: { ticket: string }) {
      queueMicrotask(() => {
        for (const [host, value] of Object.entries(answers)) {
          control?.onReply({
            headers: { ticket: message.ticket },
            properties: {},
            body: { json: { [host]: value }, opaque: null },
          });
        }
      });
      return receivers;
    },
  } as unknown as Broker;
  control = new RemoteControl(broker, {
    clock: time,
    onlineCount: () => 0,
    onWorkerReplied: (host) => workers.markSeen(host, time.now()),
  });
  return control;
}

describe('workers of Celery', () => {
  it('are known by their heartbeats', () => {
    const workers = new WorkerRegistry();
    assert.equal(workers.onEvent(heartbeat('w1'), 0), 'came');
    assert.equal(workers.onEvent(heartbeat('w1'), 2_000), null);
    assert.equal(workers.onEvent(heartbeat('w1', 2), 4_000), 'replaced');
    assert.equal(workers.onEvent(heartbeat('w1', 2, { kind: 'offline' }), 5_000), 'left');
    const [shown] = workers.list(5_000);
    assert.deepEqual([shown?.active, shown?.processed, shown?.version, shown?.online], [1, 2, '5.5.3', true]);
  });

  it('are silent after two heartbeats that did not come', () => {
    const workers = new WorkerRegistry();
    workers.onEvent(heartbeat('w1'), 0);
    assert.deepEqual([workers.silent(4_000), workers.silent(4_600)], [[], ['w1']]);
    workers.grantGrace(10_000);
    assert.deepEqual(workers.silent(14_000), []);
    workers.grantGrace(20_000, 30_000);
    assert.deepEqual([workers.silent(49_000), workers.silent(50_000)], [[], ['w1']]);
    workers.onEvent(heartbeat('w1'), 60_000);
    workers.grantGrace(61_000, 30_000);
    workers.onEvent(heartbeat('w1'), 62_000);
    assert.deepEqual(workers.silent(67_000), ['w1']);
  });

  it('are shown for an hour after they went', () => {
    const workers = new WorkerRegistry();
    workers.onEvent(heartbeat('w1'), 0);
    workers.markOffline('w1');
    assert.deepEqual([workers.list(1_000).length, workers.list(3_700_000).length], [1, 0]);
  });

  async function checked(answers: Record<string, unknown>, receivers: number | null, pool = 'prefork') {
    const [time, workers] = [new Time(), new WorkerRegistry()];
    const facts: Fact[] = [];
    const tracker = new TaskTracker({
      ...{
        clocks: new WorkerClocks(),
        now: time.now,
        known: () => null,
        cancelLimit: () => null,
        seesResults: () => true,
      },
    });
    const report = (told: readonly Fact[]) => void facts.push(...told);
    const watch = new WorkerMonitor({
      workers,
      enableEvents: true,
      tracker,
      now: time.now,
      report,
      onChanged: () => {},
    });
    workers.onEvent(heartbeat('w1@host'), 0);
    workers.update('w1@host', { stats: { pool, concurrency: 1, processed: 0 } });
    for (const one of [received(), event('started')]) tracker.onEvent(one);
    time.pass(5_000);
    const checking = watch.checkSilent(controlWith(time, workers, answers, receivers));
    await new Promise(setImmediate);
    time.pass(2_000);
    await checking;
    return { statuses: facts.map(({ status }) => status), online: workers.online().length };
  }

  it('that are silent and do not answer lose what they ran', async () => {
    assert.deepEqual(await checked({}, 1), { statuses: ['lost'], online: 0 });
    assert.deepEqual(await checked({}, 0), { statuses: ['lost'], online: 0 });
  });

  it('that are silent and answer lose nothing', async () => {
    assert.deepEqual(await checked({ 'w1@host': { ok: 'pong' } }, 1), { statuses: [], online: 1 });
  });

  it('of the kind that can’t answer while they work lose nothing while somebody listens', async () => {
    assert.deepEqual(await checked({}, 1, 'solo'), { statuses: [], online: 1 });
    assert.deepEqual(await checked({}, 0, 'solo'), { statuses: ['lost'], online: 0 });
  });
});

describe('asking workers', () => {
  it('ends when all that heard it have answered', async () => {
    const time = new Time();
    const { values, receivers } = await controlWith(time, new WorkerRegistry(), { a: 1, b: 2 }, 2).request('ping');
    assert.deepEqual(
      [[...values], receivers],
      [
        [
          ['a', 1],
          ['b', 2],
        ],
        2,
      ],
    );
  });

  it('ends when its time is over, or when nobody hears it', async () => {
    const time = new Time();
    const asked = controlWith(time, new WorkerRegistry(), { a: 1 }, 2).request('ping');
    await new Promise(setImmediate);
    time.pass(1_000);
    assert.deepEqual([...(await asked).values], [['a', 1]]);
    assert.equal((await controlWith(time, new WorkerRegistry(), {}, 0).request('ping')).values.size, 0);
  });
});

describe('facts on their way', () => {
  it('are written in their order, those that come meanwhile together', async () => {
    const writes: string[][] = [];
    let go = () => {};
    const take = (facts: readonly Fact[]) => {
      writes.push(facts.map(({ externalId }) => externalId));
      return new Promise<void>((settle) => (go = settle));
    };
    const outbox = new Outbox({ take }, assert.fail);
    const fact = (externalId: string): Fact => ({ externalId, source: 'event', at: 0 });
    outbox.push([fact('1')]);
    outbox.push([fact('2')]);
    await new Promise(setImmediate);
    outbox.push([fact('3')]);
    outbox.push([fact('4')]);
    assert.deepEqual(writes, [['1', '2']]);
    go();
    await new Promise(setImmediate);
    assert.deepEqual(writes, [
      ['1', '2'],
      ['3', '4'],
    ]);
    go();
    await outbox.settled();
  });

  it('are no more than can be kept while nothing is written', async () => {
    let go = () => {};
    const outbox = new Outbox({ take: () => new Promise<void>((settle) => (go = settle)) }, assert.fail);
    const many: Fact[] = Array.from({ length: 60_000 }, (_, n) => ({ externalId: `${n}`, source: 'event', at: 0 }));
    outbox.push([{ externalId: 'first', source: 'event', at: 0 }]);
    await new Promise(setImmediate);
    outbox.push(many);
    outbox.push(many);
    assert.equal(outbox.overflowed, true);
    go();
    await new Promise(setImmediate);
    go();
    await outbox.settled();
  });

  it('wait for the events of a task when its result came first', () => {
    const time = new Time();
    const told: string[] = [];
    const held = new EarlyResults(time, (id) => told.push(id));
    held.hold('a', meta('SUCCESS'));
    held.hold('b', meta('SUCCESS'));
    held.release('a');
    assert.deepEqual(told, ['a']);
    time.pass(1_000);
    assert.deepEqual(told, ['a', 'b']);
  });
});
