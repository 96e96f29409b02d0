import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { IdleTimer } from '../../../../daemon/start/idle.ts';
import { ManualClock } from '../manualClock.ts';

describe('the exit of an idle daemon', () => {
  let clock: ManualClock;
  let busy: boolean;
  let exits: number;
  const idleExit = (delay: number) =>
    new IdleTimer(
      clock,
      () => delay,
      () => busy,
      () => {
        exits += 1;
      },
    );

  beforeEach(() => {
    clock = new ManualClock();
    busy = false;
    exits = 0;
  });

  it('happens after the delay without activity', () => {
    idleExit(1000).touch();
    clock.pass(999);
    assert.equal(exits, 0);
    clock.pass(1);
    assert.equal(exits, 1);
  });

  it('is postponed by every activity, with one timer', () => {
    const idle = idleExit(1000);
    idle.touch();
    clock.pass(600);
    idle.touch();
    assert.equal(clock.waiting, 1);
    clock.pass(999);
    assert.equal(exits, 0);
    clock.pass(1);
    assert.equal(exits, 1);
  });

  it('never happens while the daemon is busy, and there is no timer then', () => {
    const idle = idleExit(1000);
    busy = true;
    idle.touch();
    clock.pass(10_000);
    assert.equal(exits, 0);
    assert.equal(clock.waiting, 0);
    busy = false;
    idle.touch();
    clock.pass(1000);
    assert.equal(exits, 1);
  });

  it('never happens with a delay of 0', () => {
    idleExit(0).touch();
    assert.equal(clock.waiting, 0);
  });

  it('happens after another delay when that has changed', () => {
    let delay = 60_000;
    const idle = new IdleTimer(
      clock,
      () => delay,
      () => busy,
      () => {
        exits += 1;
      },
    );
    idle.touch();
    delay = 1000;
    idle.restart();
    assert.equal(clock.waiting, 1);
    clock.pass(1000);
    assert.equal(exits, 1);
    delay = 0;
    idle.restart();
    assert.equal(clock.waiting, 0);
  });

  it('never happens after closing', () => {
    const idle = idleExit(1000);
    idle.touch();
    idle.close();
    idle.touch();
    assert.equal(clock.waiting, 0);
  });

  it('is not prevented by a wall clock that was set back', () => {
    idleExit(1000).touch();
    clock.jump(-3_600_000);
    clock.pass(1000);
    clock.pass(1000);
    assert.equal(exits, 1);
  });
});
