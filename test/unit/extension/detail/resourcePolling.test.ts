import assert from 'node:assert/strict';
import { ResourcePolling } from '../../../../extension/detail/resourcePolling.ts';

const running = { status: 'running', engine: 'local' } as const;

/** Polls that are due when the test says so. */
function setUp() {
  const timers: { milliseconds: number; fire: () => void; cancelled: boolean }[] = [];
  let told = 0;
  const looks = new ResourcePolling(
    (milliseconds, callback) => {
      const timer = { milliseconds, fire: callback, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    () => {
      told += 1;
    },
  );
  return { looks, timers, told: () => told };
}

describe('polling the resources of a job', () => {
  it('starts immediately in a separate reading, and continues every three seconds', () => {
    const { looks, timers, told } = setUp();
    assert.equal(looks.takeDue(), false);
    looks.plan(running);
    assert.equal(timers[0]?.milliseconds, 0);
    timers[0]?.fire();
    assert.equal(told(), 1);
    assert.deepEqual([looks.takeDue(), looks.takeDue()], [true, false]);
    looks.plan(running);
    assert.equal(timers[1]?.milliseconds, 3_000);
  });

  it('is independent of how often the job changes', () => {
    const { looks, timers } = setUp();
    for (let times = 0; times < 1_000; times += 1) looks.plan(running);
    assert.equal(timers.length, 1);
  });

  it('is limited to running local jobs', () => {
    const { looks, timers } = setUp();
    looks.plan({ status: 'completed', engine: 'local' });
    looks.plan({ status: 'running', engine: 'reported' });
    assert.equal(timers.length, 0);
  });

  it('ends when stopped, and starts over after that', () => {
    const { looks, timers } = setUp();
    looks.plan(running);
    timers[0]?.fire();
    looks.stop();
    assert.equal(looks.takeDue(), false);
    looks.plan(running);
    assert.equal(timers.at(-1)?.milliseconds, 0);
    looks.stop();
    assert.equal(timers.at(-1)?.cancelled, true);
  });
});
