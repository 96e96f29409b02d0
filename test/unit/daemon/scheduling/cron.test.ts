import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  checkCron,
  checkTimeZone,
  dueBetween,
  machineTimeZone,
  nextAfter,
  nextRuns,
} from '../../../../daemon/scheduling/cron.ts';

const at = (time: string) => Date.parse(time);
const minute = 60_000;
const hour = 60 * minute;
const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';
const noon = at('2026-01-01T12:00:00Z');

/** The next runs as `2026-03-29T01:00Z`. */
const runs = (cron: string, zone: string, from: string, count: number) =>
  nextRuns(cron, zone, at(from), count).map((ms) => new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z'));

describe('a cron expression', () => {
  it('has five fields, six if it begins with the second, or is a nickname', () => {
    assert.deepEqual(runs('30 4 * * mon', 'UTC', '2026-01-01T00:00Z', 2), ['2026-01-05T04:30Z', '2026-01-12T04:30Z']);
    assert.equal(nextAfter('*/10 * * * * *', 'UTC', noon), noon + 10_000);
    assert.equal(nextAfter('@hourly', 'UTC', noon), noon + hour);
    assert.equal(nextAfter('@daily', 'UTC', noon), noon + 12 * hour);
  });

  it('fires after the given time, not at it', () => {
    assert.equal(nextAfter('0 * * * *', 'UTC', noon), noon + hour);
    assert.equal(nextAfter('0 * * * *', 'UTC', noon - 1), noon);
    assert.equal(nextAfter('0 * * * *', 'UTC', noon + 1), noon + hour);
  });

  it('uses its time zone', () => {
    assert.deepEqual(runs('0 3 * * *', berlin, '2026-01-01T12:00Z', 1), ['2026-01-02T02:00Z']);
    assert.deepEqual(runs('0 3 * * *', newYork, '2026-01-01T12:00Z', 1), ['2026-01-02T08:00Z']);
  });

  it('is rejected with the invalid field and a hint', () => {
    const wrong: [string, string][] = [
      ['', 'empty'],
      ['tomorrow', 'fieldCount'],
      ['2026-01-01T03:00:00', 'fieldCount'],
      ['* * *', 'fieldCount'],
      ['0 0 1 1 * 0 2020', 'fieldCount'],
      ['61 * * * *', 'minute'],
      ['0 25 * * *', 'hour'],
      ['0 0 32 * *', 'day'],
      ['0 0 0 * *', 'day'],
      ['0 0 1 13 *', 'month'],
      ['0 0 * * 9', 'weekday'],
      ['70 0 0 * * *', 'second'],
      ['0 soon * * *', 'hour'],
      ['5-1 * * * *', 'minute'],
      ['*/0 * * * *', 'minute'],
      ['@reboot', 'nickname'],
      ['@fortnightly', 'nickname'],
    ];
    for (const [cron, variant] of wrong) {
      assert.throws(() => checkCron(cron, 'UTC', noon), { code: 'INVALID_CRON', variant }, cron);
    }
    assert.throws(() => checkCron('0 25 * * *', 'UTC', noon), {
      message: '“0 25 * * *” is not a valid cron expression: “25” is not a valid hour (0 to 23).',
      hint: /\*\/5/,
    });
    assert.throws(() => checkCron('* * *', 'UTC', noon), { message: /it has 3 fields\./, hint: /0 3 \* \* \*/ });
  });

  it('is rejected if it never fires', () => {
    for (const cron of ['0 0 30 2 *', '0 0 31 2,4,6,9,11 *', '0 0 0 31 2 +5']) {
      assert.throws(() => checkCron(cron, berlin, noon), { code: 'INVALID_CRON', variant: 'neverFires' });
    }
    checkCron('0 0 29 2 *', berlin, noon);
  });
});

describe('a time zone', () => {
  it('is that of the machine by default', () => {
    assert.equal(checkTimeZone(undefined), machineTimeZone());
  });

  it('is found by its name in any case, and by its older names', () => {
    assert.equal(checkTimeZone('europe/berlin'), berlin);
    assert.equal(checkTimeZone('utc'), 'UTC');
    assert.equal(checkTimeZone('CET'), 'CET');
  });

  it('is rejected if it is unknown', () => {
    for (const zone of ['Mars/Phobos', 'Berlin', '']) {
      assert.throws(() => checkTimeZone(zone), { code: 'INVALID_CRON', hint: /Europe\/Berlin/ });
    }
  });
});

describe('when the clocks go forward', () => {
  it('a daily job in the skipped hour runs once, at the end of the gap', () => {
    assert.deepEqual(runs('30 2 * * *', berlin, '2026-03-28T00:00Z', 3), [
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    assert.deepEqual(runs('30 2 * * *', newYork, '2026-03-07T00:00Z', 3), [
      '2026-03-07T07:30Z',
      '2026-03-08T07:00Z',
      '2026-03-09T06:30Z',
    ]);
  });

  it('a job with several fixed times does the same', () => {
    assert.deepEqual(runs('30 2,14 * * *', berlin, '2026-03-28T22:00Z', 3), [
      '2026-03-29T01:00Z',
      '2026-03-29T12:30Z',
      '2026-03-30T00:30Z',
    ]);
  });

  it('an hourly job misses no hour', () => {
    for (const [zone, from] of [
      [berlin, '2026-03-28T20:00Z'],
      [newYork, '2026-03-08T02:00Z'],
    ] as const) {
      const times = nextRuns('0 * * * *', zone, at(from), 12);
      assert.deepEqual(
        times,
        Array.from({ length: 12 }, (_, index) => at(from) + (index + 1) * hour),
      );
    }
  });

  it('a job that repeats within the skipped hour skips it', () => {
    assert.deepEqual(runs('*/30 2 * * *', berlin, '2026-03-28T22:00Z', 1), ['2026-03-30T00:00Z']);
  });
});

describe('when the clocks go back', () => {
  it('a daily job in the repeated hour runs once, at the first occurrence', () => {
    assert.deepEqual(runs('30 2 * * *', berlin, '2026-10-24T12:00Z', 2), ['2026-10-25T00:30Z', '2026-10-26T01:30Z']);
    assert.deepEqual(runs('30 1 * * *', newYork, '2026-10-31T12:00Z', 2), ['2026-11-01T05:30Z', '2026-11-02T06:30Z']);
    assert.deepEqual(runs('30 2,14 * * *', berlin, '2026-10-24T22:00Z', 2), ['2026-10-25T00:30Z', '2026-10-25T13:30Z']);
  });

  it('an hourly job runs in both occurrences of the hour', () => {
    for (const [zone, from] of [
      [berlin, '2026-10-24T20:00Z'],
      [newYork, '2026-11-01T02:00Z'],
    ] as const) {
      const times = nextRuns('0 * * * *', zone, at(from), 12);
      assert.deepEqual(
        times,
        Array.from({ length: 12 }, (_, index) => at(from) + (index + 1) * hour),
      );
    }
  });
});

describe('the due times', () => {
  const everyMinute = (from: number, until: number, limit = 100) => dueBetween('* * * * *', 'UTC', from, until, limit);

  it('are those from one time to another, both included, in chronological order', () => {
    assert.deepEqual(everyMinute(noon, noon + 2 * minute), {
      times: [noon, noon + minute, noon + 2 * minute],
      more: false,
    });
    assert.deepEqual(everyMinute(noon + 1, noon + 2 * minute - 1), { times: [noon + minute], more: false });
    assert.deepEqual(everyMinute(noon + 1, noon + minute - 1), { times: [], more: false });
  });

  it('are limited to the latest ones, no matter how long ago the first was', () => {
    const year = 366 * 24 * hour;
    const { times, more } = dueBetween('* * * * * *', 'UTC', noon - 10 * year, noon, 50);
    assert.deepEqual([times.length, times.at(-1), times[0], more], [50, noon, noon - 49_000, true]);
  });

  it('are the same backwards and forwards, even across clock changes', () => {
    const crons = ['30 2 * * *', '0 * * * *', '*/20 1-3 * * *', '0 0 * * sun', '15 2,3 * * *', '@daily'];
    const start = fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2026-12-31T00:00Z') });
    fc.assert(
      fc.property(fc.constantFrom(...crons), fc.constantFrom(berlin, newYork, 'UTC'), start, (cron, zone, from) => {
        const forwards = nextRuns(cron, zone, from - 1, 30);
        const last = forwards.at(-1) ?? 0;
        assert.deepEqual(dueBetween(cron, zone, from, last, 100).times, forwards);
      }),
      { numRuns: 60 },
    );
    for (const change of ['2026-03-28T12:00Z', '2026-10-24T12:00Z', '2026-03-07T12:00Z', '2026-10-31T12:00Z']) {
      for (const cron of crons) {
        for (const zone of [berlin, newYork]) {
          const forwards = nextRuns(cron, zone, at(change), 20);
          assert.deepEqual(dueBetween(cron, zone, at(change) + 1, forwards.at(-1) ?? 0, 100).times, forwards);
        }
      }
    }
  });
});
