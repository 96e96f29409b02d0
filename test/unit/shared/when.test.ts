import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseWhen } from '../../../shared/when.ts';

const now = new Date(2026, 2, 10, 15, 30).getTime();
const day = 86_400_000;
const from = (text: string) => parseWhen(text, now)?.from;

describe('parsing a point in time', () => {
  it('accepts how long ago', () => {
    assert.equal(from('30d'), now - 30 * day);
    assert.equal(from('2 days ago'), now - 2 * day);
    assert.equal(from('1 Hour Ago'), now - 3_600_000);
    assert.equal(from('90min'), now - 5_400_000);
    assert.equal(from('1w'), now - 7 * day);
    assert.equal(from('now'), now);
    assert.equal(from('999999999w'), 0);
  });

  it('accepts a local day, from its start to the next', () => {
    const start = new Date(2026, 2, 10).getTime();
    assert.deepEqual(parseWhen('today', now), { from: start, to: new Date(2026, 2, 11).getTime() });
    assert.deepEqual(parseWhen('yesterday', now), { from: new Date(2026, 2, 9).getTime(), to: start });
    assert.deepEqual(parseWhen('2026-03-10', now), parseWhen('today', now));
  });

  it('accepts a local time, or one with a zone', () => {
    assert.equal(from('2026-03-01T14:30'), new Date(2026, 2, 1, 14, 30).getTime());
    assert.equal(from('2026-03-01T14:30:05.5Z'), Date.UTC(2026, 2, 1, 14, 30, 5, 500));
    assert.equal(from('2026-03-01 14:30+02:00'), Date.UTC(2026, 2, 1, 12, 30));
    assert.equal(from('2026-03-01T14:30-0130'), Date.UTC(2026, 2, 1, 16, 0));
  });

  it('accepts all times of the API', () => {
    const time = fc.integer({ min: 0, max: Date.UTC(2200, 0) });
    fc.assert(fc.property(time, (ms) => assert.equal(from(new Date(ms).toISOString()), ms)));
  });

  it('rejects anything else', () => {
    const none = [
      '',
      'soon',
      '2026-02-31',
      '2026-13-01',
      '2026-03-01T25:00',
      '26-3-1',
      '5',
      '-1d',
      '3 months',
      '1e3d',
      '2026',
    ];
    for (const text of none) assert.equal(parseWhen(text, now), null, text);
  });
});
