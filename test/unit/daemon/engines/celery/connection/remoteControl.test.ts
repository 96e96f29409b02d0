import assert from 'node:assert/strict';
import { WorkerRegistry } from '../../../../../../daemon/engines/celery/following/workerRegistry.ts';
import { controlWith, ManualClock } from '../remoteControl.ts';

describe('a remote control request', () => {
  it('ends when all receivers have replied', async () => {
    const control = controlWith(new ManualClock(), new WorkerRegistry(), { a: 1, b: 2 }, 2);
    const { values, receivers } = await control.request('ping');
    assert.deepEqual(Object.fromEntries(values), { a: 1, b: 2 });
    assert.equal(receivers, 2);
  });

  it('ends after its timeout', async () => {
    const clock = new ManualClock();
    const request = controlWith(clock, new WorkerRegistry(), { a: 1 }, 2).request('ping');
    await new Promise(setImmediate);
    clock.advance(1_000);
    assert.deepEqual(Object.fromEntries((await request).values), { a: 1 });
  });

  it('ends immediately without receivers', async () => {
    const { values } = await controlWith(new ManualClock(), new WorkerRegistry(), {}, 0).request('ping');
    assert.equal(values.size, 0);
  });
});
