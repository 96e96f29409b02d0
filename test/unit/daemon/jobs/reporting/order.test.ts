import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isLate, maxSeen, noneTaken, taken, wasTaken } from '../../../../../daemon/jobs/reporting/order.ts';

const takeAll = (seqs: readonly number[]) => seqs.reduce(taken, noneTaken);

describe('the order of reports', () => {
  it('knows each that was taken, and no other, in whatever order they came', () => {
    const seqs = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(seqs, (own) => {
        const order = takeAll(own);
        for (let seq = 1; seq <= 60; seq += 1) assert.equal(wasTaken(order, seq), own.includes(seq), String(seq));
      }),
    );
  });

  it('keeps nothing once there is no gap', () => {
    const order = takeAll([3, 1, 5, 2, 4]);
    assert.deepEqual([order.low, order.seen], [5, []]);
  });

  it('waits for no missing report for ever', () => {
    const order = takeAll(Array.from({ length: maxSeen + 1 }, (_, n) => n + 10));
    assert.deepEqual([order.low, order.seen.length], [maxSeen + 10, 0]);
    assert.equal(wasTaken(order, 1), true);
  });

  it('tells what comes after a later one', () => {
    assert.equal(isLate(takeAll([1, 4]), 3), true);
    assert.equal(isLate(takeAll([1, 4]), 5), false);
    assert.equal(isLate(noneTaken, 1), false);
  });
});
