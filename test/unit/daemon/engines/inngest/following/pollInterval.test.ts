import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  minIntervalMs,
  pollInterval,
  rateLimitDelay,
  retryDelay,
} from '../../../../../../daemon/engines/inngest/following/pollInterval.ts';

describe('the poll interval of an Inngest server', () => {
  it('is short while something changes, and grows while nothing runs', () => {
    assert.equal(pollInterval({ open: 1, quietMs: 0, tookMs: 30 }), 400);
    assert.equal(pollInterval({ open: 0, quietMs: 5_000, tookMs: 30 }), 400);
    assert.equal(pollInterval({ open: 1, quietMs: 3_600_000, tookMs: 30 }), 1_000);
    assert.equal(pollInterval({ open: 0, quietMs: 20_000, tookMs: 30 }), 2_000);
    assert.equal(pollInterval({ open: 0, quietMs: 3_600_000, tookMs: 30 }), 5_000);
  });

  it('is at least as long as the previous poll took', () => {
    assert.equal(pollInterval({ open: 2_000, quietMs: 0, tookMs: 1_500 }), 1_500);
    assert.equal(pollInterval({ open: 0, quietMs: 3_600_000, tookMs: 9_000 }), 9_000);
  });

  it('is random after a failure, with a maximum that doubles up to 30 s', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const delay = retryDelay(failures, () => random);
        assert.ok(delay >= minIntervalMs && delay <= 30_000);
      }),
    );
    assert.deepEqual(
      [1, 2, 3, 20].map((failures) => retryDelay(failures, () => 1)),
      [800, 1_600, 3_200, 30_000],
    );
    assert.equal(
      retryDelay(20, () => 0),
      400,
    );
  });

  it('is the one that a rate limit asks for, plus a random delay', () => {
    assert.deepEqual([rateLimitDelay(7_000, 1, () => 0), rateLimitDelay(7_000, 1, () => 1)], [7_000, 8_000]);
    assert.equal(
      rateLimitDelay(86_400_000, 1, () => 0),
      600_000,
    );
    assert.equal(
      rateLimitDelay(null, 1, () => 1),
      3_200,
    );
  });
});
