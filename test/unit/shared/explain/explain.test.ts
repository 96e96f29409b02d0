import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { explain, type Failure } from '../../../../shared/explain/explain.ts';

const failed: Failure = { exitCode: 1, signal: null, commandLine: 'make all' };
const codeOf = (output: string, how: Partial<Failure> = {}) => explain(output, { ...failed, ...how })?.code ?? null;

describe('the explanation of a failure', () => {
  it('is null when the output names no known cause', () => {
    for (const output of [
      '',
      '\n\n',
      'error TS2322: Type string is not assignable to type number.',
      '3 tests failed',
    ]) {
      assert.equal(codeOf(output), null);
    }
  });

  /** Lines with the words of an error that report no failure. */
  const harmless = [
    '0 errors, no connection refused',
    '  ✓ handles ENOSPC: no space left on device (12 ms)',
    '  ✔ says "database is locked" when it is',
    'ok 3 - answers 429 Too Many Requests',
    'PASS test/net.test.js: connection refused',
    '--- PASS: TestDial (0.00s) dial tcp 127.0.0.1:1: connect: connection refused',
    'test_dial: connection refused ... ok',
    'tests/test_io.py::test_disk: No space left on device PASSED [ 40%]',
    'recovers from "Address already in use"',
    'it should be rate limit exceeded after the tenth call',
    'expected connection timed out',
    'INFO 12:00:01 connection refused by peer, failing over',
    'WARN  connection refused',
    '2026-03-01 12:00:00 [warning] database is locked',
    'warning: could not remove cache: Permission denied',
    'connect ECONNREFUSED 127.0.0.1:5432, retrying in 5 s',
    'Downloading MemoryErrorHandler-1.2.tar.gz',
    'Killed 3 mutants, 0 survived',
    'node_modules/rate-limit/index.js 429 bytes',
    'Compiling out-of-memory v1.0.0',
    'See https://example.com/errors#too-many-open-files',
    'the command not found handler was installed',
    "catch (error) { if (error.code === 'EADDRINUSE') port += 1; }",
    'timeout: 30 s, retries: 3',
  ];
  for (const line of harmless) {
    it(`is null for: ${line.trim()}`, () => {
      assert.equal(codeOf(`${line}\nAssertionError: 1 == 2`), null);
    });
  }

  it('is the last cause when there are several', () => {
    const output = ['curl: (6) Could not resolve host: a.example', 'ok', 'OSError: [Errno 28] No space left on device'];

    assert.equal(codeOf(output.join('\n')), 'DISK_FULL');
    assert.equal(codeOf(output.toReversed().join('\n')), 'HOST_NOT_FOUND');
  });

  it('uses the line with the most details about the same cause', () => {
    const found = explain(
      'Error: listen EADDRINUSE: address already in use :::3000\nError: Address already in use',
      failed,
    );

    assert.deepEqual(
      [found?.code, found?.variant, found?.message],
      ['PORT_IN_USE', 'port', 'Port 3000 is already in use.'],
    );
  });

  it('is a missing file only near the end, and when there is no other cause', () => {
    const missing = 'cat: notes.txt: No such file or directory';

    assert.equal(codeOf(missing), 'FILE_NOT_FOUND');
    assert.equal(codeOf(`MemoryError\n${missing}`), 'OUT_OF_MEMORY');
    assert.equal(codeOf(`${missing}${'\nline'.repeat(30)}`), null);
  });

  it('ignores lines far before the end', () => {
    assert.equal(codeOf(`MemoryError${'\nline'.repeat(100)}`), 'OUT_OF_MEMORY');
    assert.equal(codeOf(`MemoryError${'\nline'.repeat(200)}`), null);
  });

  it('is null for a signal, unless memory ran out', () => {
    const crashed = { exitCode: 139, signal: 'SIGSEGV' };

    assert.equal(codeOf('curl: (6) Could not resolve host: a.example', crashed), null);
    assert.equal(
      codeOf('FATAL ERROR: JavaScript heap out of memory', { exitCode: 134, signal: 'SIGABRT' }),
      'OUT_OF_MEMORY',
    );
  });

  it('is a timeout for exit code 124 only if the command runs “timeout”', () => {
    assert.equal(codeOf('', { exitCode: 124, commandLine: 'timeout 5 make' }), 'TIMED_OUT');
    assert.equal(codeOf('', { exitCode: 124 }), null);
    assert.equal(codeOf('MemoryError', { exitCode: 124, commandLine: 'timeout 5 make' }), 'OUT_OF_MEMORY');
  });

  it('names the size of a failed GPU allocation', () => {
    // PyTorch's form. No such GPU was available for a recording.
    const line =
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 8 GiB.';
    const found = explain(line, failed);

    assert.deepEqual(
      [found?.code, found?.variant, found?.params],
      ['GPU_OUT_OF_MEMORY', 'size', { size: '2.00 GiB', line }],
    );
  });

  it('quotes a path for a shell', () => {
    const found = explain("PermissionError: [Errno 13] Permission denied: '/data/my file; rm -rf x'", failed);

    assert.equal(found?.params?.argument, "'/data/my file; rm -rf x'");
  });

  it('truncates a very long line', () => {
    const found = explain(`MemoryError: ${'x'.repeat(100_000)}`, failed);

    assert.match(String(found?.params?.line), /^MemoryError: x{186}…$/);
  });
});

describe('the explanation of hostile output', () => {
  /** Beginnings of the patterns. Repeated and cut off, they would make a pattern with exponential backtracking slow. */
  const words = [
    'Connection refused',
    'EADDRINUSE: address already in use ',
    'listen tcp ',
    "host='",
    'Get "https://',
    'spawn ',
    'make: *** [',
    "cannot create '",
    'line 1: ',
    ': ',
    '::',
    '/',
    ' ',
    "'",
    '"',
    '0',
    'a',
    '\t',
    '\u2018',
    '\ud800',
    'No such file or directory',
    'Permission denied',
    'error: ',
    'no ',
    'Killed ',
    '\n',
    'x: x: x: ',
  ];
  const output = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...words), fc.string()), fc.integer({ min: 1, max: 400 })));

  it('never throws', () => {
    fc.assert(
      fc.property(output, fc.option(fc.integer()), fc.constantFrom(null, 'SIGKILL'), (parts, exitCode, signal) => {
        const text = parts.map(([word, times]) => word.repeat(times)).join('');
        const found = explain(text, { exitCode, signal, commandLine: text.slice(0, 1000) });
        assert.ok(found === null || (found.message !== '' && (found.hint ?? '').length < 3_000));
      }),
      { numRuns: 300 },
    );
  });

  it('takes bounded time for long lines', () => {
    for (const word of words) {
      const text = `${word.repeat(Math.ceil(200_000 / word.length))}!\n`.repeat(5);
      assert.doesNotThrow(() => explain(text, failed));
    }
  });
});
