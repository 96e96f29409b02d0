import assert from 'node:assert/strict';
import { Refresh } from '../../../../extension/base/refresh.ts';

/** A refresh whose runs and pauses end when the test says so. */
function setUp() {
  const runs: ((outcome: 'done' | 'again') => void)[] = [];
  const pauses: { milliseconds: number; over: () => void; cancelled: boolean }[] = [];
  const refresh = new Refresh({
    run: () => new Promise((end) => runs.push(end)),
    after: (milliseconds, over) => {
      const pause = { milliseconds, over, cancelled: false };
      pauses.push(pause);
      return () => {
        pause.cancelled = true;
      };
    },
  });
  const end = async (outcome: 'done' | 'again' = 'done') => {
    runs.at(-1)?.(outcome);
    await new Promise(setImmediate);
  };
  const passPause = async () => {
    const pause = pauses.at(-1);
    assert.ok(pause !== undefined && !pause.cancelled);
    pause.over();
    await new Promise(setImmediate);
  };
  return { refresh, runs, pauses, end, passPause };
}

describe('refreshing', () => {
  it('starts immediately after a quiet period', () => {
    const { refresh, runs } = setUp();
    refresh.request();
    assert.equal(runs.length, 1);
  });

  it('merges requests during a run into one more run', async () => {
    const { refresh, runs, end, passPause } = setUp();
    refresh.request();
    for (let times = 0; times < 10; times += 1) refresh.request();
    assert.equal(runs.length, 1);
    await end();
    await passPause();
    assert.equal(runs.length, 2);
    await end();
    await passPause();
    assert.equal(runs.length, 2);
  });

  it('pauses between background runs', async () => {
    const { refresh, runs, end, passPause } = setUp();
    refresh.request();
    await end();
    refresh.request();
    assert.equal(runs.length, 1);
    await passPause();
    assert.equal(runs.length, 2);
  });

  it('pauses twice the duration of a slow run', async () => {
    const { refresh, pauses, end } = setUp();
    refresh.request();
    const until = performance.now() + 150;
    while (performance.now() < until) await new Promise(setImmediate);
    await end();
    assert.ok((pauses.at(-1)?.milliseconds ?? 0) >= 300);
  });

  it('skips the pause for an urgent request', async () => {
    const { refresh, runs, pauses, end } = setUp();
    refresh.request();
    await end();
    refresh.request('now');
    assert.equal(runs.length, 2);
    assert.equal(pauses[0]?.cancelled, true);
    refresh.request('now');
    refresh.request('soon');
    await end();
    assert.equal(runs.length, 3);
  });

  it('retries after a longer pause when a run requests it', async () => {
    const { refresh, runs, pauses, end, passPause } = setUp();
    refresh.request();
    await end('again');
    assert.equal(pauses.at(-1)?.milliseconds, 1_000);
    await passPause();
    assert.equal(runs.length, 2);
  });

  it('does nothing after it is disposed', async () => {
    const { refresh, runs, pauses, end } = setUp();
    refresh.request();
    refresh.request('now');
    refresh.dispose();
    await end();
    assert.equal(runs.length, 1);
    assert.equal(pauses.length, 0);
  });
});
