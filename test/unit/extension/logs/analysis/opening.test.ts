import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { lineNaming, openingLine } from '../../../../../extension/logs/analysis/opening.ts';
import type { JobError } from '../../../../../shared/job.ts';

const many = Array.from({ length: 100 }, (_, index) => `line ${index}`);
const error = (headline: JobError['headline']): JobError => ({
  code: 'EXIT_CODE',
  message: 'Exited with exit code 1.',
  hint: null,
  details: null,
  headline,
});
const place = { file: 'test_shop.py', line: 9, column: null };

describe('the line at which a log opens', () => {
  it('is the first one that names the place of the failure', () => {
    const lines = [...many, '    assert 90 == 80', 'test_shop.py:9: AssertionError', ...many, '1 failed'];
    const failed = { status: 'failed' as const, error: error({ text: '1 failed', place }) };

    assert.equal(openingLine(lines, failed), 101);
    assert.equal(openingLine(lines.slice(95), failed), 6, 'also in a short log');
  });

  it('is the line of the headline if no line names its place', () => {
    const lines = [...many, 'ValueError: no', ...many];

    assert.equal(openingLine(lines, { status: 'failed', error: error({ text: 'ValueError: no', place }) }), 100);
  });

  it('is the last error without a headline', () => {
    const lines = ['Error: first', ...many, 'Error: second', 'bye', ''];

    assert.equal(openingLine(lines, { status: 'failed', error: error(null) }), 101);
    assert.equal(openingLine([...many, ''], { status: 'failed', error: null }), 99, 'the end if there is none');
  });

  it('is the end of a log without a failure, or the top if it is short', () => {
    for (const status of ['completed', 'cancelled', 'lost'] as const) {
      assert.equal(openingLine([...many, 'Error: handled', '', ''], { status, error: null }), 100);
      assert.equal(openingLine(['one', 'two', ''], { status, error: null }), 0);
    }
    assert.equal(openingLine([''], { status: 'failed', error: null }), 0);
  });
});

describe('a line that names a place', () => {
  it('is found in the formats of compilers and tracebacks', () => {
    for (const line of [
      'src/shop.py:9:4: error: no',
      '  File "/work/src/shop.py", line 9, in run',
      'src/shop.py(9,4): error TS1: no',
      '[ERROR] /work/src/shop.py:[9,4] no',
    ]) {
      assert.equal(lineNaming(['x', line], { file: '/work/src/shop.py', line: 9 }), 1, line);
    }
  });

  it('is in the same file and line', () => {
    const lines = ['other_shop.py:9: x', 'shop.py:90: x', 'lib/shop.py:9: x'];

    assert.equal(lineNaming(lines, { file: 'src/shop.py', line: 9 }), null);
    assert.equal(lineNaming(lines, { file: 'shop.py', line: 9 }), 2);
  });
});
