import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, it } from 'mocha';
import { Delivery } from '../../../../../../daemon/engines/local/outcome/delivery.ts';
import { ManualClock } from '../../../manualClock.ts';

describe('delivery of reports', () => {
  let clock: ManualClock;
  let delivery: Delivery;
  let problems: string[];
  let refusals: number;
  let log: string[];

  beforeEach(() => {
    clock = new ManualClock();
    problems = [];
    refusals = 0;
    log = [];
    delivery = new Delivery(clock, (_error, about) => problems.push(about));
  });

  const report = {
    about: 'reporting',
    report: async () => {
      if (refusals > 0) {
        refusals -= 1;
        throw new Error('no space left on device');
      }
      log.push('taken');
    },
    afterwards: async () => {
      log.push('done');
    },
  };

  it('calls `afterwards` when the report is committed', async () => {
    assert.equal(await delivery.send(report), true);
    assert.deepEqual(log, ['taken', 'done']);
  });

  it('repeats a rejected report at growing intervals, and logs each rejection', async () => {
    refusals = 3;
    assert.equal(await delivery.send(report), false);
    for (const ms of [500, 1000, 2000]) {
      clock.pass(ms - 1);
      await turn();
      assert.deepEqual(log, []);
      clock.pass(1);
      await turn();
    }

    assert.deepEqual(log, ['taken', 'done']);
    assert.equal(problems.length, 3);
    assert.equal(clock.waiting, 0);
  });

  it('waits at most a minute between tries', async () => {
    refusals = 20;
    await delivery.send(report);
    for (let tries = 0; tries < 19; tries += 1) {
      clock.pass(60_000);
      await turn();
    }
    assert.equal(problems.length, 20);
    clock.pass(60_000);
    await turn();

    assert.deepEqual(log, ['taken', 'done']);
  });

  it('drops a report that is no longer needed', async () => {
    refusals = 1;
    let isNeeded = true;
    await delivery.send({ ...report, isNeeded: () => isNeeded });
    isNeeded = false;
    clock.pass(60_000);
    await turn();

    assert.deepEqual(log, []);
    assert.equal(clock.waiting, 0);
  });

  it('leaves no timer behind after it is closed', async () => {
    refusals = 1;
    await delivery.send(report);
    delivery.close();
    clock.pass(60_000);

    assert.equal(clock.waiting, 0);
    assert.equal(await delivery.send(report), false);
    assert.deepEqual(log, []);
  });
});
