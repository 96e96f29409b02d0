import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { coarseDuration, type TimedJob, timeLeft, timeLeftSentence } from '../../../shared/timeLeft.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const minute = 60_000;

/** A job that has been running for this many minutes. */
function job(ran: number, given: Partial<TimedJob> = {}): TimedJob {
  const startedAt = new Date(now - ran * minute).toISOString();
  return { status: 'running', startedAt, pausedAt: null, progress: null, usualMs: null, ...given };
}
const done = (share: number, phase: string | null = null) => ({
  current: share * 100,
  total: 100,
  message: null,
  phase,
});

describe('the time left', () => {
  for (const [what, given, sentence] of [
    ['a job nothing is known of', job(5), null],
    ['one with a past', job(1, { usualMs: 3 * minute }), 'usually 3 min'],
    ['one that is a little late', job(3.5, { usualMs: 3 * minute }), 'usually 3 min'],
    ['one that is late', job(5, { usualMs: 3 * minute }), 'longer than usual (3 min)'],
    ['one that reports progress', job(5, { progress: done(0.5) }), 'about 5 min left'],
    ['one that has just begun', job(0.01, { progress: done(0.5), usualMs: 3 * minute }), 'usually 3 min'],
    ['one that has hardly got anywhere', job(5, { progress: done(0.001) }), null],
    [
      'one with earlier runs that reports progress',
      job(5, { progress: done(0.5), usualMs: 10 * minute }),
      'about 5 min left',
    ],
    [
      'one in its first steps, by its past mostly',
      job(1, { progress: done(0.05), usualMs: 10 * minute }),
      'about 10 min left',
    ],
    ['one at the beginning of a phase', job(5, { progress: done(0.1, 'Save') }), null],
    ['one well in a phase', job(5, { progress: done(0.5, 'Save') }), 'about 5 min left'],
    ['one in a later phase', job(5, { progress: { ...done(0.5, 'Save'), share: null } }), null],
    [
      'one in a later phase, by its past',
      job(1, { progress: { ...done(0.5), share: null }, usualMs: 3 * minute }),
      'usually 3 min',
    ],
    ['one that counts steps in steps', job(1, { progress: { ...done(0.5), share: 0.1 } }), 'about 9 min left'],
    ['one that seems to be done', job(2, { progress: done(1), usualMs: 3 * minute }), 'usually 3 min'],
    ['one that is done and has no past', job(2, { progress: done(1) }), null],
    [
      'one that counts without an end',
      job(2, { progress: { ...done(0), total: null }, usualMs: minute * 3 }),
      'usually 3 min',
    ],
    ['one that is paused', job(1, { pausedAt: new Date(now).toISOString(), usualMs: minute }), null],
    ['one that waits', job(1, { status: 'waiting', usualMs: minute }), null],
    ['one that has ended', job(1, { status: 'completed', usualMs: minute }), null],
  ] as const) {
    it(`of ${what}: ${sentence}`, () => assert.equal(timeLeftSentence(given, now), sentence));
  }

  it('says how long it usually takes in two digits, because that does not tick', () => {
    for (const [usualMs, text] of [
      [3_010, '3 s'],
      [27_000, '25 s'],
      [105_000, '2 min'],
      [272_000, '4 min 30 s'],
      [25 * minute, '25 min'],
    ] as const) {
      assert.equal(timeLeftSentence(job(0, { usualMs }), now), `usually ${text}`);
    }
  });

  it('has a basis', () => {
    assert.deepEqual(timeLeft(job(5, { progress: done(0.5) }), now), { leftMs: 5 * minute, basis: 'progress' });
    assert.deepEqual(timeLeft(job(1, { usualMs: 3 * minute }), now), { leftMs: 2 * minute, basis: 'usual' });
    assert.deepEqual(timeLeft(job(9, { usualMs: 3 * minute }), now), { leftMs: null, basis: 'usual' });
    assert.deepEqual(timeLeft(job(9), now), { leftMs: null, basis: null });
  });

  it('rarely changes: a minute has few texts', () => {
    const texts = Array.from({ length: 60 }, (_, second) =>
      timeLeftSentence(job(5 + second / 60, { progress: done(0.5) }), now),
    );
    assert.ok(new Set(texts).size <= 2, String([...new Set(texts)]));
  });

  for (const [ms, text] of [
    [0, '5 s'],
    [12_000, '20 s'],
    [55_000, '1 min'],
    [61_000, '2 min'],
    [11 * minute, '15 min'],
    [58 * minute, '1 h'],
    [80 * minute, '1 h 30 min'],
    [7.2 * 60 * minute, '8 h'],
    [50 * 60 * minute, '2 d 6 h'],
  ] as const) {
    it(`shows ${ms} ms as ${text}`, () => assert.equal(coarseDuration(ms), text));
  }

  it('is never negative, whatever the job and the clock', () => {
    const progress = fc.option(
      fc.record({
        current: fc.double({ min: 0, max: 1e9, noNaN: true }),
        total: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
        message: fc.constant(null),
        phase: fc.option(fc.string()),
      }),
    );
    fc.assert(
      fc.property(progress, fc.option(fc.nat()), fc.integer({ min: -10_000, max: 1e9 }), (given, usualMs, ran) => {
        const { leftMs } = timeLeft({ ...job(0, { progress: given, usualMs }) }, now + ran);
        assert.ok(leftMs === null || (leftMs >= 0 && Number.isFinite(leftMs)));
      }),
    );
  });
});
