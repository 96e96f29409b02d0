import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  afterAccepting,
  isLate,
  maxSeen,
  noneAccepted,
  wasAccepted,
} from '../../../../../daemon/jobs/reporting/order.ts';

const acceptAll = (seqs: readonly number[]) => seqs.reduce(afterAccepting, noneAccepted);

describe('the order of reports', () => {
  it('knows which reports were accepted in any order', () => {
    const seqs = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(seqs, (own) => {
        const order = acceptAll(own);
        for (let seq = 1; seq <= 60; seq += 1) assert.equal(wasAccepted(order, seq), own.includes(seq), String(seq));
      }),
    );
  });

  it('stores nothing once there is no gap', () => {
    const order = acceptAll([3, 1, 5, 2, 4]);
    assert.deepEqual([order.low, order.seen], [5, []]);
  });

  it('does not wait forever for a missing report', () => {
    const order = acceptAll(Array.from({ length: maxSeen + 1 }, (_, n) => n + 10));
    assert.deepEqual([order.low, order.seen.length], [maxSeen + 10, 0]);
    assert.equal(wasAccepted(order, 1), true);
  });

  it('knows which reports follow a later one', () => {
    assert.equal(isLate(acceptAll([1, 4]), 3), true);
    assert.equal(isLate(acceptAll([1, 4]), 5), false);
    assert.equal(isLate(noneAccepted, 1), false);
  });
});
