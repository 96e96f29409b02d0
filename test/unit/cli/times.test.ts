import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { schedulingRequest } from '../../../cli/submitting/request.ts';
import { UsageError } from '../../../cli/usageError.ts';
import { rate } from '../../../cli/values/numbers.ts';
import { parseTime } from '../../../cli/values/times.ts';
import { durationPattern, parseDuration } from '../../../shared/amounts.ts';

const local = (text: string) => new Date(text).getTime();
const now = local('2026-03-01T12:00:00');

describe('a duration on the command line', () => {
  const durations: [string, number][] = [
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['500ms', 500],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1.5h', 5_400_000],
    ['10min', 600_000],
    ['5 minutes', 300_000],
    ['1 hour 30 mins', 5_400_000],
    [' 2 weeks ', 1_209_600_000],
  ];
  for (const [text, ms] of durations) {
    it(`can be written as “${text}”`, () => {
      assert.equal(parseDuration(text), ms);
      assert.match(text, new RegExp(durationPattern));
    });
  }

  for (const text of ['', '90', 'soon', '-5s', '1h30', 's', '1..5s', '5 minuets', 'in 5 s']) {
    it(`can’t be written as “${text}”`, () => assert.equal(parseDuration(text), null));
  }

  it('is the period of a rate', () => {
    assert.deepEqual(rate('10/1m'), { count: 10, periodMs: 60_000 });
    assert.deepEqual(rate('5/h'), { count: 5, periodMs: 3_600_000 });
    for (const text of ['10', '10/', '/1m', 'x/1m', '10/1m/2'])
      assert.throws(() => rate(text), /number per period/, text);
  });
});

describe('a time on the command line', () => {
  it('is the next such time, or on a given day', () => {
    assert.equal(parseTime('13:30', now), local('2026-03-01T13:30'));
    assert.equal(parseTime('7:30', now), local('2026-03-02T07:30'));
    assert.equal(parseTime('tomorrow 7:30', now), local('2026-03-02T07:30'));
    assert.equal(parseTime('Today 7:30', now), local('2026-03-01T07:30'));
  });

  it('is ISO 8601, local without a zone', () => {
    assert.equal(parseTime('2026-03-05', now), local('2026-03-05T00:00'));
    assert.equal(parseTime('2026-03-05 07:30', now), local('2026-03-05T07:30'));
    assert.equal(parseTime('2026-03-05T07:30:15Z', now), Date.UTC(2026, 2, 5, 7, 30, 15));
    assert.equal(parseTime('2026-03-05T07:30+02:00', now), Date.UTC(2026, 2, 5, 5, 30));
  });

  it('is nothing else', () => {
    for (const text of ['', 'soon', '25:00', '7:61', '7', '2026-13-01', 'yesterday 7:30']) {
      assert.equal(parseTime(text, now), null, text);
    }
  });
});

describe('the start of a job', () => {
  it('is sent as a time', () => {
    assert.equal(schedulingRequest({ in: 90_000 }, now).notBefore, new Date(now + 90_000).toISOString());
    assert.equal(schedulingRequest({ at: '13:00' }, now).notBefore, new Date(now + 3_600_000).toISOString());
    assert.deepEqual(schedulingRequest({ hold: true, queue: 'q', priority: 'low' }, now), {
      hold: true,
      queue: 'q',
      priority: 'low',
    });
    assert.deepEqual(schedulingRequest({}, now), {});
    assert.deepEqual(schedulingRequest({ at: 'now' }, now), {});
  });

  it('is rejected in the past, without a time, too far in the future, or given twice', () => {
    for (const options of [{ at: 'today 7:30' }, { at: 'x' }, { in: 1e15 }, { in: 1000, at: '13:00' }]) {
      assert.throws(() => schedulingRequest(options, now), UsageError);
    }
  });
});
