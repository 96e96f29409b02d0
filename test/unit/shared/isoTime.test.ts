import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { filterTimeOf, parseTime, startTimeOf } from '../../../cli/values/times.ts';
import { checkNotBefore } from '../../../daemon/jobs/submission/checks.ts';
import { rangeOf } from '../../../daemon/scheduling/intervals.ts';
import { Zone } from '../../../daemon/zone.ts';
import { momentOf, readInstant, readIso } from '../../../shared/isoTime.ts';
import { parseWhen } from '../../../shared/when.ts';

describe('an ISO 8601 time', () => {
  let zone: string | undefined;
  beforeEach(() => {
    zone = process.env.TZ;
    process.env.TZ = 'Europe/Berlin';
  });
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  const none = [
    '2027-02-30',
    '2027-02-29',
    '2100-02-29',
    '2027-13-01',
    '2027-00-01',
    '2027-01-00',
    '2027-04-31T00:00Z',
    '2027-01-01T24:00',
    '2027-01-01T25:61Z',
    '2027-01-01T10:60',
    '2027-01-01T10:00:60Z',
    '2027-01-01T10:00+24:00',
    '2027-1-1',
    '20270101',
    '2027-01-01Z',
    '+002027-01-01',
    '',
  ];
  for (const text of none) {
    it(`is refused everywhere if it does not exist: “${text}”`, () => {
      assert.equal(readIso(text), null);
      assert.equal(readInstant(text), null);
      assert.equal(parseWhen(text, 0), null);
      assert.equal(parseTime(text, 0), null);
      assert.throws(() => checkNotBefore(text, Date.now()), { code: 'INVALID_REQUEST' });
      const request = { to: '2028-01-01', every: '1mo', timezone: 'UTC' };
      assert.throws(() => rangeOf({ ...request, from: text }), { code: 'INVALID_RANGE' });
      assert.throws(() => rangeOf({ ...request, from: '2020-01-01', to: text }), { code: 'INVALID_RANGE' });
    });
  }

  it('of a request needs a time zone', () => {
    assert.throws(() => checkNotBefore('2026-03-01T10:00:00', 0), { code: 'INVALID_REQUEST' });
    assert.equal(readInstant('2026-03-01T10:00:00.5+01:00'), Date.UTC(2026, 2, 1, 9, 0, 0, 500));
  });

  it('that is every instant is read as that', () => {
    const instant = fc.integer({ min: 0, max: 4e12 });
    fc.assert(fc.property(instant, (at) => readInstant(new Date(at).toISOString()) === at));
  });

  it('that the clocks skip is refused, and the repeated one is the first', async () => {
    const now = Date.parse('2027-03-27T12:00:00Z');
    assert.equal(parseWhen('2027-03-28T02:30', now), null);
    assert.equal(parseTime('2027-03-28T02:30', now), null);
    assert.equal(parseTime('tomorrow 2:30', now), null);
    assert.equal(parseTime('2027-03-28T03:00', now), Date.parse('2027-03-28T01:00Z'));
    assert.equal(parseTime('2027-10-31T02:30', now), Date.parse('2027-10-31T00:30Z'));
    for (const text of ['2027-03-28T02:30', '2027-03-28 at 02:30', 'tomorrow at 2:30am']) {
      await assert.rejects(startTimeOf(text, now), { code: 'INVALID_REQUEST' }, text);
    }
    await assert.rejects(startTimeOf('2:30', now), /clocks are set forward/);
    await assert.rejects(filterTimeOf('--since', '2027-03-28T02:30', now), /clocks are set forward/);
    assert.throws(
      () => rangeOf({ from: '2027-03-28T02:30', to: '2027-04-01', every: '1d', timezone: 'Europe/Berlin' }),
      /does not exist in Europe\/Berlin/,
    );
  });

  it('of a day begins when the day does, and a day that a zone skipped does not exist', () => {
    const start = (text: string, timezone: string) => {
      const time = readIso(text);
      return time && momentOf(time, new Zone(timezone));
    };
    assert.equal(start('2026-04-24', 'Africa/Cairo'), Date.parse('2026-04-23T22:00Z'));
    assert.equal(start('2011-12-30', 'Pacific/Apia'), null);
    assert.equal(start('2011-12-31', 'Pacific/Apia'), Date.parse('2011-12-30T10:00Z'));
  });
});
