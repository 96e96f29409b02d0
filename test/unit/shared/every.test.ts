import assert from 'node:assert/strict';
import { readEvery } from '../../../shared/every.ts';

describe('the interval of a backfill', () => {
  it('is a number with a unit', () => {
    assert.deepEqual(['15m', '1d', '2w', '1mo'].map(readEvery), ['15m', '1d', '2w', '1mo']);
  });

  it('can be written in words', () => {
    assert.deepEqual(['5 minutes', '1 day', '2 weeks', '1 month'].map(readEvery), ['5m', '1d', '2w', '1mo']);
  });

  it('can be a cron expression', () => {
    assert.deepEqual(readEvery('0 6 * * *'), { cron: '0 6 * * *' });
    assert.deepEqual(readEvery('@daily'), { cron: '@daily' });
  });

  it('is nothing else', () => {
    assert.deepEqual(['', 'daily', '5', '1s'].map(readEvery), [null, null, null, null]);
  });
});
