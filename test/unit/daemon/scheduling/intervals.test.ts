import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type RangeRequest, rangeOf } from '../../../../daemon/scheduling/intervals.ts';
import { JobdeckError } from '../../../../shared/errors.ts';

const hour = 3_600_000;
const rangeIn = (timezone: string, from: string, to: string, every: RangeRequest['every']) =>
  rangeOf({ from, to, every, timezone });
const starts = (...range: Parameters<typeof rangeIn>) =>
  rangeIn(...range).intervals.map(({ start }) => new Date(start).toISOString());
const hours = (...range: Parameters<typeof rangeIn>) =>
  rangeIn(...range).intervals.map(({ start, end }) => (end - start) / hour);
const errorOf = (...range: Parameters<typeof rangeIn>) => {
  try {
    rangeIn(...range);
  } catch (error) {
    if (error instanceof JobdeckError) return error;
    throw error;
  }
  return assert.fail('The range was accepted.');
};

describe('the intervals of a range', () => {
  it('are calendar days across the clock changes in Berlin', () => {
    assert.deepEqual(hours('Europe/Berlin', '2026-03-28', '2026-03-31', '1d'), [24, 23, 24]);
    assert.deepEqual(starts('Europe/Berlin', '2026-03-28', '2026-03-31', '1d'), [
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
    assert.deepEqual(hours('Europe/Berlin', '2026-10-24', '2026-10-27', '1d'), [24, 25, 24]);
  });

  it('are calendar days across the clock changes in New York', () => {
    assert.deepEqual(hours('America/New_York', '2026-03-07', '2026-03-10', '1d'), [24, 23, 24]);
    assert.deepEqual(hours('America/New_York', '2026-10-31', '2026-11-03', '1d'), [24, 25, 24]);
  });

  it('are 23 or 25 whole hours on those days', () => {
    assert.equal(hours('Europe/Berlin', '2026-03-29', '2026-03-30', '1h').length, 23);
    const long = hours('Europe/Berlin', '2026-10-25', '2026-10-26', '1h');
    assert.deepEqual(long, Array(25).fill(1));
  });

  it('begin after the gap if their time of day is skipped, and at the first occurrence if it is repeated', () => {
    assert.deepEqual(starts('Europe/Berlin', '2026-03-28T02:30', '2026-03-30T12:00', '1d'), [
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    assert.deepEqual(starts('America/New_York', '2026-10-31T01:30', '2026-11-02T12:00', '1d'), [
      '2026-10-31T05:30:00.000Z',
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
  });

  it('are months that keep their day, or begin on the last day of a shorter month', () => {
    assert.deepEqual(starts('UTC', '2026-01-31', '2026-05-31', '1mo'), [
      '2026-01-31T00:00:00.000Z',
      '2026-02-28T00:00:00.000Z',
      '2026-03-31T00:00:00.000Z',
      '2026-04-30T00:00:00.000Z',
    ]);
    assert.deepEqual(starts('UTC', '2026-11-30', '2027-05-01', '2mo').at(-1), '2027-03-30T00:00:00.000Z');
  });

  it('are years from one leap day to the next', () => {
    assert.deepEqual(starts('UTC', '2024-02-29', '2028-03-01', '1y'), [
      ...['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29'].map((day) => `${day}T00:00:00.000Z`),
    ]);
    assert.equal(starts('UTC', '2024-02-28', '2024-03-02', '1d').length, 3);
  });

  it('end with the range, even within the last interval', () => {
    const { intervals, end } = rangeIn('UTC', '2026-01-01', '2026-01-10', '1w');
    assert.deepEqual([intervals.length, intervals.at(-1)?.end], [2, end]);
    assert.deepEqual(hours('UTC', '2026-01-01', '2026-01-10', '1w'), [7 * 24, 2 * 24]);
  });

  it('lie between the runs of a cron expression in the time zone', () => {
    assert.deepEqual(starts('Europe/Berlin', '2026-03-27', '2026-03-31', { cron: '0 6 * * *' }), [
      '2026-03-26T23:00:00.000Z',
      '2026-03-27T05:00:00.000Z',
      '2026-03-28T05:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
      '2026-03-30T04:00:00.000Z',
    ]);
    assert.equal(starts('UTC', '2026-01-01', '2026-01-03', { cron: '0 0 * * *' }).length, 2);
    assert.equal(starts('UTC', '2026-01-01', '2026-01-02', { cron: '0 0 1 1 *' }).length, 1);
  });

  it('are the same for times with an offset and for local times of the zone', () => {
    const inZone = rangeIn('Asia/Kolkata', '2026-01-01', '2026-01-02T06:00', '1d');
    const own = rangeIn('Asia/Kolkata', '2026-01-01T00:00+05:30', '2026-01-02T00:30Z', '1d');
    assert.deepEqual(inZone.intervals, own.intervals);
  });

  it('are rejected if the range is reversed or empty', () => {
    const { code, message } = errorOf('UTC', '2026-02-01', '2026-01-01', '1d');
    assert.deepEqual(
      [code, message],
      ['INVALID_RANGE', 'The range from 2026-02-01 to 2026-01-01 ends before it begins.'],
    );
    assert.equal(errorOf('UTC', '2026-01-01', '2026-01-01', '1d').variant, 'empty');
  });

  it('are rejected if a time or the time zone is invalid, or if the expression never fires', () => {
    const invalidTime = (error: JobdeckError) => [error.code, error.variant, error.params?.field];
    const [from, to] = [
      ['INVALID_RANGE', 'time', 'from'],
      ['INVALID_RANGE', 'time', 'to'],
    ];
    assert.deepEqual(invalidTime(errorOf('UTC', '2026-02-30', '2026-04-01', '1d')), from);
    assert.deepEqual(invalidTime(errorOf('UTC', '2026-02-01', 'soon', '1d')), to);
    assert.deepEqual(invalidTime(errorOf('UTC', '2026-01-01T24:00', '2026-04-01', '1d')), from);
    assert.match(errorOf('Mars/Base', '2026-02-01', '2026-04-01', '1d').message, /time zone “Mars\/Base”/);
    assert.equal(errorOf('UTC', '2026-01-02', '2026-01-03', { cron: '0 0 1 1 *' }).variant, 'noCronTime');
    assert.equal(errorOf('UTC', '2026-01-02', '2026-01-03', { cron: '0 0 30 2 *' }).code, 'INVALID_RANGE');
    assert.equal(errorOf('UTC', '2026-01-02', '2026-01-03', { cron: '61 * * * *' }).code, 'INVALID_CRON');
  });

  it('are counted without being created when there are too many, and the error has the count and the limit', () => {
    const { code, message } = errorOf('UTC', '2000-01-01', '2026-01-01', '1m');
    assert.deepEqual(
      [code, message],
      ['INVALID_RANGE', 'The range has 13,675,680 intervals, but a backfill can have at most 10,000.'],
    );
    const years = errorOf('Europe/Berlin', '0001-01-01', '9999-12-31', '1d');
    assert.deepEqual([years.variant, years.params], ['tooMany', { intervals: 3_652_058, limit: 10_000 }]);
    assert.equal(errorOf('UTC', '2026-01-01', '2027-01-01', { cron: '* * * * *' }).variant, 'tooManyCronTimes');
    assert.equal(rangeIn('UTC', '2026-01-01T00:00', '2026-01-07T22:40', '1m').intervals.length, 10_000);
  });
});
