import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Outcome } from '../../../runner/outcome.ts';
import { summarize } from '../../../runner/summary.ts';

const outcome = (changes: Partial<Outcome>): Outcome => ({
  passed: 0,
  failed: 0,
  problems: [],
  slowest: [],
  ...changes,
});
const stack = ['AssertionError: Expected values to be equal:', '', '1 !== 2', '', '    at one', '    at two'].join(
  '\n',
);

describe('the summary of a test run', () => {
  it('ends with the counts of each suite and of all', () => {
    const outcomes = new Map([
      ['unit', outcome({ passed: 10 })],
      ['daemon', outcome({ passed: 2, failed: 1 })],
    ]);

    assert.deepEqual(summarize(outcomes).slice(-3), [
      'unit        10 passed    0 failed',
      'daemon       2 passed    1 failed',
      '12 passed, 1 failed',
    ]);
  });

  it('repeats failures in full', () => {
    const problem = `“a test” failed: ${stack}`;

    assert.ok(summarize(new Map([['unit', outcome({ problems: [problem] })]])).includes(`unit: ${problem}`));
  });

  it('shortens failures to the title and the first lines of each error', () => {
    const problems = ['“a” failed: ', '“b” failed: '].map((title) => title + stack);

    assert.deepEqual(
      summarize(new Map([['unit', outcome({ problems })]]), { maxLines: 5 }).filter((line) =>
        /fail|!==| at /.test(line),
      ),
      [
        '━━ failures',
        'unit: “a” failed: AssertionError: Expected values to be equal:',
        '1 !== 2',
        'unit: “b” failed: AssertionError: Expected values to be equal:',
        '1 !== 2',
        'unit         0 passed    0 failed',
        '0 passed, 0 failed',
      ],
    );
  });

  it('names every failure, however many there are', () => {
    const problems = Array.from({ length: 70 }, (_, index) => `“test ${index}” failed: ${stack}`);

    const lines = summarize(new Map([['unit', outcome({ problems })]]), { maxLines: 50 });

    assert.equal(lines.filter((line) => line.startsWith('unit: “test ')).length, 70);
  });

  it('lists the slowest tests of each suite', () => {
    const slowest = [9_100, 8_000, 3_000, 2_500].map((milliseconds) => ({
      title: `test of ${milliseconds}`,
      milliseconds,
    }));

    assert.deepEqual(summarize(new Map([['walk', outcome({ slowest })]])).slice(1, 5), [
      '━━ slowest tests',
      '   9.1 s  walk: test of 9100',
      '   8.0 s  walk: test of 8000',
      '   3.0 s  walk: test of 3000',
    ]);
  });
});
