import assert from 'node:assert/strict';
import { localTime, startText, zonedTime, zoneOf } from '../../../cli/output/time.ts';

describe('a time on the command line', () => {
  it('is shown with its offset from UTC', () => {
    assert.deepEqual([0, 60, -210, 345].map(zoneOf), ['UTC', 'UTC+1', 'UTC-3:30', 'UTC+5:45']);
    const at = '2026-03-01T12:00:00.000Z';
    assert.ok(zonedTime(at).startsWith(`${localTime(at)} UTC`));
  });

  it('in the future is shown with the time left, rounded up to seconds', () => {
    const at = Date.parse('2026-03-01T12:00:00.000Z');
    assert.match(startText(new Date(at).toISOString(), at - 10_800_000), /^2026-03-01 \d\d:\d\d:00 UTC\S*, in 3 h$/);
    assert.match(startText(new Date(at).toISOString(), at - 1), /, in 1 s$/);
    assert.match(startText(new Date(at).toISOString(), at), /, now$/);
  });
});
