import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { headlineOf, headlineOfTrace } from '../../../../../shared/explain/headline/headline.ts';

const recordings = join(import.meta.dirname, '../../../../data/headlines');
const failed = { exitCode: 1, signal: null, commandLine: 'make' };

const traceback = ['Traceback (most recent call last):', '  File "/work/a.py", line 3, in <module>', 'ValueError: no'];

function headline(lines: readonly string[], failure: Parameters<typeof headlineOf>[1] = failed) {
  return headlineOf(lines.join('\n'), failure);
}

describe('the headline of output', () => {
  it('is of the last program that failed', () => {
    const lint = ['a.ts(1,2): error TS2322: Wrong.', ''];

    assert.equal(headline([...traceback, ...lint])?.text, 'error TS2322: Wrong.');
    assert.equal(headline([...lint, ...traceback])?.text, 'ValueError: no');
  });

  it('is null if another kind of failure follows', () => {
    assert.equal(headline([...traceback, 'Segmentation fault (core dumped)']), null);
    assert.equal(headline(['a.c:1:2: error: wrong', 'rspec: 3 examples failed']), null);
  });

  it('is null if much output follows', () => {
    const more = Array.from({ length: 500 }, (_, index) => `deployed ${index}`);

    assert.equal(headline(['a.c:1:2: error: wrong', ...more]), null);
  });

  it('is null if a signal ended the command', () => {
    assert.equal(headline(traceback, { exitCode: 137, signal: 'SIGKILL', commandLine: '' }), null);
    assert.equal(headline(traceback, { exitCode: 134, signal: 'SIGABRT', commandLine: '' })?.text, 'ValueError: no');
  });

  it('is null for output without a known failure', () => {
    assert.equal(headline([]), null);
    assert.equal(headline(['12 passed in 0.02s']), null);
    assert.equal(headline(['Tests:       3 passed, 3 total', 'Test Suites: 1 passed, 1 total']), null);
    assert.equal(headline(['✖ 1 problem (0 errors, 1 warning)']), null);
    assert.equal(headline(['could not reach the server: error 3']), null);
  });

  it('is the error that any other program ends with', () => {
    const said = ['deploying 3 files', '2026-03-01 10:00:00 ERROR no route to the server', '  after 3 attempts'];
    assert.deepEqual(headline(said), { text: 'ERROR no route to the server', place: null });
    assert.equal(headline(['ValueError: no rates for 7'])?.text, 'ValueError: no rates for 7');
    assert.equal(headline(['fatal: not a git repository', 'make: *** [deploy] Error 128'])?.text.includes('git'), true);
  });

  it('is null if that program went on', () => {
    assert.equal(headline(['ERROR no route to the server', 'trying another one', '2 files deployed']), null);
  });

  it('has one line of bounded length', () => {
    const found = headline([...traceback.slice(0, 2), `ValueError: ${'wrong '.repeat(500)}`]);

    assert.ok(found !== null && found.text.length <= 300 && !found.text.includes('\n'));
  });

  it('ignores escape sequences', () => {
    const colored = traceback.map((line) => `\u001b[31m${line}\u001b[0m`);

    assert.deepEqual(headline(colored), headline(traceback));
  });
});

describe('the place of a headline', () => {
  it('is the innermost frame of the user’s own code', () => {
    const found = headline([
      ...traceback.slice(0, 2),
      '  File "/venv/lib/python3.11/site-packages/requests/api.py", line 73, in get',
      '  File "/usr/lib/python3.11/json/decoder.py", line 3, in decode',
      'ValueError: no',
    ]);

    assert.deepEqual(found?.place, { file: '/work/a.py', line: 3, column: null });
  });

  it('is in the folder of the package for go test', () => {
    const found = headline([
      'ok  \texample.com/shop/cart\t0.01s',
      '--- FAIL: TestPrice (0.00s)',
      '    price_test.go:7: got 3',
      'FAIL',
      'FAIL\texample.com/shop/price\t0.01s',
      'FAIL',
    ]);

    assert.deepEqual(found, {
      text: 'FAIL: TestPrice: got 3',
      place: { file: 'price/price_test.go', line: 7, column: null },
    });
  });
});

describe('the headline of a reported traceback', () => {
  it('is the last exception of Python', () => {
    assert.deepEqual(headlineOfTrace(traceback.join('\n')), {
      text: 'ValueError: no',
      place: { file: '/work/a.py', line: 3, column: null },
    });
  });

  it('is the message of a JavaScript error', () => {
    const stack = ['Error: no prices', '    at first (/work/node_modules/x/i.js:1:1)', '    at /work/shop.js:5:20'];

    assert.deepEqual(headlineOfTrace(stack.join('\n')), {
      text: 'Error: no prices',
      place: { file: '/work/shop.js', line: 5, column: 20 },
    });
  });

  it('is null for other text', () => {
    assert.equal(headlineOfTrace('the disk is full'), null);
    assert.equal(headlineOfTrace(''), null);
  });
});

describe('hostile output', () => {
  const real = readdirSync(recordings, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(recordings, name)).map((file) => readFileSync(join(recordings, name, file), 'utf8')),
    );
  const lines = [...new Set(real.flatMap((text) => text.split('\n')))];

  it('never makes it throw, and each place is valid', () => {
    const line = fc.oneof(
      fc.constantFrom(...lines),
      fc.string(),
      fc.constantFrom(...lines).map((one) => one.slice(1)),
    );
    const failure = fc.record({
      exitCode: fc.option(fc.nat(255)),
      signal: fc.constantFrom(null, 'SIGABRT', 'SIGTERM'),
      commandLine: fc.string(),
    });

    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), failure, (some, how) => {
        const found = headline(some, how);
        if (found === null) return;
        assert.ok(found.text.length > 0 && found.text.length <= 300);
        assert.ok(found.place === null || (found.place.file.length > 0 && found.place.line >= 1));
      }),
      { numRuns: 500 },
    );
  });

  it('takes time in proportion to its length', function () {
    this.timeout(120_000);
    const hard = [
      'a'.repeat(1_000),
      '^'.repeat(1_000),
      ' '.repeat(1_000),
      `${' '.repeat(500)}^`,
      '=1'.repeat(500),
      'a:1:'.repeat(250),
      '1 failed, '.repeat(100),
      'a.'.repeat(500),
      '    at ('.repeat(120),
      'not ok 1 - ',
      'FAILED a::b - c',
      '--- FAIL: Test (0.00s)',
      '  1) a',
      '  ● a',
      ' FAIL  a > b',
      'Traceback (most recent call last):',
      '  File "a.py", line 1',
      '✖ a',
    ];
    const timed = (count: number, line: string) => {
      const text = `${`${line}\n`.repeat(count)}  2 failing\n# pass 1\n# fail 1\n1 failed in 0.1s`;
      const start = performance.now();
      headlineOf(text, failed);
      return performance.now() - start;
    };
    for (const line of hard) {
      timed(100, line);
      const [short, long] = [timed(1_000, line), timed(4_000, line)];
      assert.ok(long < 500 + short * 20, `${line.slice(0, 30)}: ${short} ms, then ${long} ms`);
    }
  });
});
