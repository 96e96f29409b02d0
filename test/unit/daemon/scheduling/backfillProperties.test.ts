import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { dueBetween, nextRuns } from '../../../../daemon/scheduling/cron.ts';
import { rangeOf } from '../../../../daemon/scheduling/intervals.ts';
import { JobdeckError } from '../../../../shared/errors.ts';

const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kolkata', 'UTC'];
const list = (max: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 3 }).map((values) => values.join(','));
const minute = fc.oneof(list(59), fc.constantFrom('0', '30', '0,30', '*/20', '5-50/15'));
const hour = fc.oneof(list(23), fc.constantFrom('*', '2', '1-3', '0', '*/6'));
const weekday = fc.constantFrom('*', 'sun', 'mon-fri', '0,6');
const cron = fc.tuple(minute, hour, weekday).map(([at, of, on]) => `${at} ${of} * * ${on}`);
/** Days around the changes of the clocks in 2026. */
const day = fc.constantFrom(
  '2026-03-07',
  '2026-03-28',
  '2026-04-04',
  '2026-04-23',
  '2026-10-03',
  '2026-10-24',
  '2026-10-31',
);

const dayMs = 86_400_000;

function startsOf(expression: string, timezone: string, from: string, to: string): number[] {
  try {
    const range = { from, to, every: { cron: expression }, timezone };
    return rangeOf(range).intervals.map(({ start }) => start);
  } catch (error) {
    if (error instanceof JobdeckError && error.code === 'INVALID_RANGE') return [];
    throw error;
  }
}

describe('the boundaries of a backfill', () => {
  it('are the times of a schedule with the same expression, for any expression and zone', () => {
    fc.assert(
      fc.property(cron, fc.constantFrom(...zones), day, (expression, timezone, from) => {
        const start = Date.parse(`${from}T00:00:00Z`);
        const end = start + 4 * dayMs;
        const starts = startsOf(expression, timezone, new Date(start).toISOString(), new Date(end).toISOString());
        const due = dueBetween(expression, timezone, start, end - 1, 10_000).times;
        const next = nextRuns(expression, timezone, start - 1, due.length + 1).filter((at) => at < end);
        assert.deepEqual(due, next);
        assert.deepEqual(starts.length === 0 ? due : starts.slice(due[0] === start ? 0 : 1), due);
      }),
      { numRuns: 150 },
    );
  });

  it('are those of 0,30 2 * * * on both nights on which the clocks change', () => {
    const of = (from: string, to: string) =>
      startsOf('0,30 2 * * *', 'Europe/Berlin', from, to).map((at) => new Date(at).toISOString().slice(5, 16));
    assert.deepEqual(of('2026-03-28T02:00', '2026-03-31'), [
      '03-28T01:00',
      '03-28T01:30',
      '03-29T01:00',
      '03-30T00:00',
      '03-30T00:30',
    ]);
    assert.deepEqual(of('2026-10-24T02:00', '2026-10-27'), [
      '10-24T00:00',
      '10-24T00:30',
      '10-25T00:00',
      '10-25T00:30',
      '10-26T01:00',
      '10-26T01:30',
    ]);
  });

  it('name the field that is wrong as it was written', () => {
    assert.throws(() => startsOf('0 0 1 13 *', 'UTC', '2026-01-01', '2026-02-01'), /“13” is not a valid month/);
    assert.throws(() => startsOf('2026-03-01T00:00:00', 'UTC', '2026-01-01', '2026-02-01'), { code: 'INVALID_CRON' });
  });
});
