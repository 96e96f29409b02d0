import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { nextRuns } from '../../../daemon/scheduling/cron.ts';
import { type Cadence, cronOf, describeCron, minuteSteps, readCadence, readTime } from '../../../shared/cadence.ts';
import { untranslated as t } from '../../../shared/translate.ts';

describe('a cron expression in words', () => {
  const examples: Record<string, string> = {
    '* * * * *': 'every minute',
    '*/2 * * * *': 'every 2 minutes',
    '0/15 * * * *': 'every 15 minutes',
    '*/10 * * * * *': 'every 10 seconds',
    '0 */5 * * * *': 'every 5 minutes',
    '0 * * * *': 'every hour',
    '@hourly': 'every hour',
    '5 * * * *': 'every hour at :05',
    '30 */6 * * *': 'every 6 hours at :30',
    '0 3 * * *': 'every day at 03:00',
    '@daily': 'every day at 00:00',
    '30 14 * * 1-5': 'every weekday at 14:30',
    '0 9 * * MON-FRI': 'every weekday at 09:00',
    '0 9 * * 1': 'every Monday at 09:00',
    '0 9 * * 7': 'every Sunday at 09:00',
    '@weekly': 'every Sunday at 00:00',
    '0 0 1 * *': 'monthly on day 1 at 00:00',
  };
  for (const [cron, words] of Object.entries(examples)) {
    it(`${cron} is ${words}`, () => assert.equal(describeCron(cron, t), words));
  }

  it('stays an expression if it is not simple, or not evenly spaced', () => {
    for (const cron of ['*/7 * * * *', '0 3 * * 1,3', '0 3 1 1 *', '0 3 1 * 1', '0 1-5 * * *', '@yearly', 'x', '']) {
      assert.equal(describeCron(cron, t), cron);
    }
  });

  const time = { hour: fc.nat(23), minute: fc.nat(59) };
  const cadences: fc.Arbitrary<Cadence> = fc.oneof(
    fc.record({
      kind: fc.constantFrom('seconds' as const, 'minutes' as const),
      every: fc.constantFrom(...minuteSteps),
    }),
    fc.record({
      kind: fc.constant('hours' as const),
      every: fc.constantFrom(1, 2, 3, 4, 6, 8, 12),
      minute: fc.nat(59),
    }),
    fc.record({ kind: fc.constantFrom('day' as const, 'weekday' as const), ...time }),
    fc.record({ kind: fc.constant('week' as const), day: fc.nat(6), ...time }),
    fc.record({ kind: fc.constant('month' as const), day: fc.integer({ min: 1, max: 31 }), ...time }),
  );

  it('is the same recurrence both ways, and one that runs', () => {
    fc.assert(
      fc.property(cadences, (cadence) => {
        assert.deepEqual(readCadence(cronOf(cadence)), { ...cadence });
        assert.equal(nextRuns(cronOf(cadence), 'UTC', 0, 2).length, 2);
      }),
    );
  });
});

describe('a typed time of day', () => {
  for (const [text, hour, minute] of [
    ['3', 3, 0],
    [' 03:05 ', 3, 5],
    ['15.30', 15, 30],
    ['0930', 9, 30],
    ['3 pm', 15, 0],
    ['12:30 AM', 0, 30],
    ['12pm', 12, 0],
  ] as const) {
    it(`“${text}” is ${hour}:${minute}`, () => assert.deepEqual(readTime(text), { hour, minute }));
  }

  it('is refused if there is no such time', () => {
    for (const text of ['', '24:00', '3:60', '13 pm', '0am', 'noon', '3:5', '-1'])
      assert.equal(readTime(text), null, text);
  });
});
