import assert from 'node:assert/strict';
import { backOff } from '../../../../daemon/engines/backOff.ts';

describe('backoff', () => {
  it('doubles the maximum delay with each failure, up to 30 s', () => {
    assert.deepEqual(
      [0, 1, 2, 10, 1e6].map((failures) => backOff(failures, { first: 500 }, () => 1)),
      [500, 1000, 2000, 30_000, 30_000],
    );
    assert.equal(
      backOff(5, { first: 500 }, () => 0),
      0,
    );
  });
});
