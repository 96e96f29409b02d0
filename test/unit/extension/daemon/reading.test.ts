import assert from 'node:assert/strict';
import { Emitter } from '../../../../extension/base/event.ts';
import type { ConnectionState, DaemonAccess } from '../../../../extension/daemon/access.ts';
import { firstProblem, Reading } from '../../../../extension/daemon/reading.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { makeState } from '../builders.ts';

/** A daemon with a number to read, which the test changes. */
function make() {
  const states = new Emitter<ConnectionState>();
  const access = { state: makeState(), onDidChangeState: states.event, client: async () => ({}) };
  const daemon = { number: 1, reads: 0, error: null as JobdeckError | null };
  const reading = new Reading<number>({
    access: access as unknown as DaemonAccess,
    async read() {
      daemon.reads += 1;
      if (daemon.error !== null) throw daemon.error;
      return daemon.number;
    },
    pace: 1,
  });
  const turn = (status: ConnectionState['status']) => {
    access.state = makeState({ status });
    states.fire(access.state);
  };
  const next = () =>
    new Promise<number | undefined>((resolve) => {
      const subscription = reading.onDidRead(({ now }) => {
        subscription.dispose();
        resolve(now);
      });
    });
  return { reading, daemon, turn, next };
}

describe('data read from the daemon for a view', () => {
  it('is not read before it is visible', async () => {
    const { reading, daemon, next } = make();
    reading.mayHaveChanged();
    assert.equal(daemon.reads, 0);
    const read = next();
    reading.setVisible(true);
    assert.equal(await read, 1);
  });

  it('is read again only when it may have changed', async () => {
    const { reading, daemon, next } = make();
    reading.setVisible(true);
    await next();
    assert.equal(await reading.current(), 1);
    assert.equal(daemon.reads, 1);
    daemon.number = 2;
    const read = next();
    reading.mayHaveChanged();
    assert.equal(await read, 2);
  });

  it('is read once for several simultaneous changes', async () => {
    const { reading, daemon, next } = make();
    reading.setVisible(true);
    await next();
    const read = next();
    for (let change = 0; change < 100; change += 1) reading.mayHaveChanged();
    await read;
    await reading.refresh();
    assert.ok(daemon.reads <= 4, String(daemon.reads));
  });

  it('is read again when it becomes visible again', async () => {
    const { reading, daemon, next } = make();
    reading.setVisible(true);
    await next();
    reading.setVisible(false);
    daemon.number = 2;
    const read = next();
    reading.setVisible(true);
    assert.equal(await read, 2);
  });

  it('is read on request after it changed while hidden', async () => {
    const { reading, daemon } = make();
    assert.equal(await reading.current(), 1);
    daemon.number = 2;
    reading.mayHaveChanged();
    assert.equal(daemon.reads, 1);
    assert.equal(await reading.current(), 2);
  });

  it('is unknown without a daemon, and nothing waits for it', async () => {
    const { reading, daemon, turn, next } = make();
    await reading.current();
    const lost = next();
    turn('offline');
    assert.equal(await lost, undefined);
    assert.equal(await reading.current(), undefined);
    await reading.refresh();
    assert.equal(daemon.reads, 1);
    turn('connected');
    assert.equal(await reading.current(), 1);
  });

  it('keeps its value and a problem when reading fails, until it succeeds again', async () => {
    const { reading, daemon } = make();
    await reading.current();
    daemon.error = new JobdeckError({ code: 'INTERNAL', message: 'It broke.', hint: null });
    await reading.refresh();
    assert.equal(reading.problem?.message, 'It broke.');
    assert.equal(await reading.current(), 1);
    daemon.error = null;
    await reading.refresh();
    assert.equal(reading.problem, null);
  });

  it('resolves pending requests when it is disposed', async () => {
    const { reading } = make();
    const reads = reading.refresh();
    reading.dispose();
    await reads;
  });
});

describe('the first problem of several readings', () => {
  it('is the problem of any reading until it succeeds again', async () => {
    const [queues, connections] = [make(), make()];
    const readings = [queues.reading, connections.reading];
    await Promise.all(readings.map((reading) => reading.refresh()));
    assert.equal(firstProblem(readings), null);
    connections.daemon.error = new JobdeckError({ code: 'STORAGE_FAILED', message: 'The disk fails.', hint: null });
    await connections.reading.refresh();
    assert.equal(firstProblem(readings)?.message, 'The disk fails.');
    connections.daemon.error = null;
    await connections.reading.refresh();
    assert.equal(firstProblem(readings), null);
  });
});
