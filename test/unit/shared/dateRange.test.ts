import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dateRangeFormat } from '../../../shared/dateRange.ts';

const utc = dateRangeFormat({ timeZone: 'UTC' });
const berlin = dateRangeFormat({ timeZone: 'Europe/Berlin' });
const range = (start: string, end: string) => ({ start: `${start}Z`, end: `${end}Z` });

describe('a date range', () => {
  it('of whole days includes its last day', () => {
    const days = range('2026-11-20T00:00', '2026-11-23T00:00');
    assert.equal(utc.text(days), 'Nov 20 – 22, 2026');
    assert.equal(utc.days(days), 3);
  });

  it('of one day is that day', () => {
    assert.equal(utc.text(range('2026-11-20T00:00', '2026-11-21T00:00')), 'Nov 20, 2026');
  });

  it('may cross months and years', () => {
    assert.equal(utc.text(range('2026-11-29T00:00', '2026-12-02T00:00')), 'Nov 29 – Dec 1, 2026');
    assert.equal(utc.text(range('2026-12-31T00:00', '2027-01-02T00:00')), 'Dec 31, 2026 – Jan 1, 2027');
  });

  it('of whole months or years is named by them', () => {
    assert.equal(utc.text(range('2026-11-01T00:00', '2026-12-01T00:00')), 'Nov 2026');
    assert.equal(utc.text(range('2026-01-01T00:00', '2026-04-01T00:00')), 'Jan – Mar 2026');
    assert.equal(utc.text(range('2026-01-01T00:00', '2027-01-01T00:00')), '2026');
    assert.equal(utc.text(range('2025-01-01T00:00', '2027-01-01T00:00')), '2025 – 2026');
  });

  it('has times if it does not begin and end with a day', () => {
    const hours = range('2026-11-20T14:00', '2026-11-20T16:00');
    assert.equal(utc.text(hours), 'Nov 20, 2026, 14:00 – 16:00');
    assert.equal(utc.days(hours), null);
    assert.equal(utc.name(hours), 'Nov 20, 2026, 14:00');
  });

  it('is in the time zone, whose days may have 23 or 25 hours', () => {
    const day = range('2026-03-28T23:00', '2026-03-29T22:00');
    assert.equal(berlin.text(day), 'Mar 29, 2026');
    assert.equal(berlin.days(day), 1);
    assert.equal(utc.days(day), null);
  });

  it('may begin with a day that has no midnight', () => {
    // Clocks in Cairo were set forward at midnight on 26 April 2024.
    const cairo = dateRangeFormat({ timeZone: 'Africa/Cairo' });
    assert.equal(cairo.text(range('2024-04-25T22:00', '2024-04-26T21:00')), 'Apr 26, 2024');
  });

  it('is written as in the reader’s language', () => {
    const german = dateRangeFormat({ timeZone: 'UTC', language: 'de' });
    assert.equal(german.text(range('2026-11-20T00:00', '2026-11-23T00:00')), '20.–22. Nov. 2026');
  });

  it('has as many days as were put into it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 1_000 }), (first, count) => {
        const [start, end] = [first, first + count].map((day) => day * 86_400_000) as [number, number];
        assert.equal(utc.days({ start, end }), count);
      }),
    );
  });
});
