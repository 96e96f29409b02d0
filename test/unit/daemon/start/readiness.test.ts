import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Readiness } from '../../../../daemon/start/readiness.ts';
import { ManualClock } from '../manualClock.ts';

describe('a daemon that starts', () => {
  let clock: ManualClock;
  let readiness: Readiness;
  beforeEach(() => {
    clock = new ManualClock();
    readiness = new Readiness(clock);
  });

  it('keeps requests waiting until it is ready', async () => {
    readiness.expect(2);
    const request = readiness.wait();
    readiness.found();
    assert.deepEqual(readiness.starting, { found: 1, total: 2 });
    readiness.ready();
    await request;
    await readiness.wait();
    assert.equal(readiness.starting, null);
    assert.equal(clock.waiting, 0);
  });

  it('refuses requests that have waited for long, and says how far it is', async () => {
    readiness.expect(1_500);
    for (let job = 0; job < 300; job += 1) readiness.found();
    const request = readiness.wait();
    clock.pass(20_000);
    await assert.rejects(request, {
      code: 'DAEMON_STARTING',
      message: 'The daemon is starting: 300 of 1,500 jobs found again.',
    });
  });
});
