import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { UsageError } from '../../../cli/usageError.ts';
import { filterTimeOf, startTimeOf } from '../../../cli/values/times.ts';

const local = (text: string) => new Date(text);
/** A Tuesday. */
const now = local('2026-11-24T22:10:00').getTime();

describe('a start time in words', () => {
  const start = async (text: string) => new Date(await startTimeOf(text, now));

  it('is the next such time', async () => {
    assert.deepEqual(await start('friday 18:00'), local('2026-11-27T18:00'));
    assert.deepEqual(await start('on Friday at 6pm'), local('2026-11-27T18:00'));
    assert.deepEqual(await start('tuesday 18:00'), local('2026-12-01T18:00'));
    assert.deepEqual(await start('in 2 hours'), local('2026-11-25T00:10'));
    assert.deepEqual(await start('in 3 days'), local('2026-11-27T22:10'));
    assert.deepEqual(await start('tomorrow at 7:30'), local('2026-11-25T07:30'));
  });

  it('of a day is its beginning', async () => {
    assert.equal(await startTimeOf('next monday', now), '2026-11-30');
    assert.equal(await startTimeOf('tuesday', now), '2026-12-01');
    assert.equal(await startTimeOf('1 jan', now), '2027-01-01');
  });

  it('is unchanged if it needs no parsing of words', async () => {
    for (const text of ['now', '7:30', 'tomorrow 7:30', '2026-03-01', '2026-03-01T07:30Z'])
      assert.equal(await startTimeOf(text, now), text);
  });

  it('must be a time as a whole, not a range or a vague time', async () => {
    for (const text of [
      'banana',
      'next monday banana',
      'monday to friday',
      'monday 25:00',
      'may',
      '31 feb 2026',
      '5',
      '',
    ]) {
      await assert.rejects(startTimeOf(text, now), (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.hint ?? '', /friday 18:00/);
        return true;
      });
    }
  });
});

describe('the time of a filter in words', () => {
  it('is in the past: a weekday means the last one', async () => {
    assert.equal(await filterTimeOf('--since', 'last friday', now), '2026-11-20');
    assert.equal(await filterTimeOf('--since', 'friday', now), '2026-11-20');
    assert.equal(await filterTimeOf('--since', 'tuesday', now), '2026-11-24');
    assert.equal(await filterTimeOf('--since', 'friday 18:00', now), local('2026-11-20T18:00').toISOString());
    assert.equal(await filterTimeOf('--since', 'two weeks ago', now), local('2026-11-10T22:10').toISOString());
  });

  it('is unchanged if the daemon can read it', async () => {
    for (const text of ['2 days ago', '30d', 'yesterday', '2026-03-01', undefined])
      assert.equal(await filterTimeOf('--since', text, now), text);
  });

  it('must be a time as a whole', async () => {
    await assert.rejects(filterTimeOf('--since', 'last friday or so', now), {
      code: 'INVALID_REQUEST',
      message: '--since is not a time: last friday or so.',
    });
  });
});

describe('a date that does not exist', () => {
  const texts = [
    '2027-02-30',
    '2027-13-01',
    '2027-00-10',
    '2027-04-31T10:00',
    '2026-02-29',
    '2026-02-29 10am',
    '2027-13-01 at 10:00',
    '2027-02-30 at 10:00',
    '2027/02/30',
    '13/01/2027',
    '30.02.2027',
    '2027-2-30',
    '25:61',
    '24:00',
    'tomorrow 24:00',
    'tomorrow 25:00',
    '2027-03-01T25:00',
    '2027-03-01T10:00+99:00',
    'february 30',
    '29 feb 2027',
    'june 31',
    'monday 4 december 2026',
  ];
  for (const text of texts) {
    it(`is refused as the time of a job or a filter: ${text}`, async () => {
      await assert.rejects(startTimeOf(text, now), { code: 'INVALID_REQUEST' });
      await assert.rejects(filterTimeOf('--since', text, now), { code: 'INVALID_REQUEST' });
    });
  }

  it('is not moved: a past weekday stays in the past, and a coming one in the future', async () => {
    assert.equal(await startTimeOf('last friday', now), '2026-11-20');
    assert.equal(await startTimeOf('last friday 18:00', now), local('2026-11-20T18:00').toISOString());
    assert.equal(await startTimeOf('past monday', now), '2026-11-23');
    assert.equal(await filterTimeOf('--since', 'next friday', now), '2026-12-04');
  });
});
