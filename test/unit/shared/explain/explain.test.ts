import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { explain, type Failure } from '../../../../shared/explain/explain.ts';

const failed: Failure = { exitCode: 1, signal: null, commandLine: 'make all' };
const codeOf = (output: string, how: Partial<Failure> = {}) => explain(output, { ...failed, ...how })?.code ?? null;

describe('the explanation of a failure', () => {
  it('is none when the output names no cause that is known', () => {
    for (const output of [
      '',
      '\n\n',
      'error TS2322: Type string is not assignable to type number.',
      '3 tests failed',
    ]) {
      assert.equal(codeOf(output), null);
    }
  });

  /** Words of errors that tell of none. */
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
    it(`is none for: ${line.trim()}`, () => {
      assert.equal(codeOf(`${line}\nAssertionError: 1 == 2`), null);
    });
  }

  it('is the last cause when there are several: what made the program give up', () => {
    const output = ['curl: (6) Could not resolve host: a.example', 'ok', 'OSError: [Errno 28] No space left on device'];

    assert.equal(codeOf(output.join('\n')), 'DISK_FULL');
    assert.equal(codeOf(output.toReversed().join('\n')), 'HOST_NOT_FOUND');
  });

  it('names the line that says most about the same cause', () => {
    const found = explain(
      'Error: listen EADDRINUSE: address already in use :::3000\nError: Address already in use',
      failed,
    );

    assert.equal(found?.message, 'Port 3000 is already in use.');
  });

  it('takes a missing file for the cause only near the end, and when nothing else is', () => {
    const missing = 'cat: notes.txt: No such file or directory';

    assert.equal(codeOf(missing), 'FILE_NOT_FOUND');
    assert.equal(codeOf(`MemoryError\n${missing}`), 'OUT_OF_MEMORY');
    assert.equal(codeOf(`${missing}${'\nline'.repeat(30)}`), null);
  });

  it('looks no further back than what the end of an output can mean', () => {
    assert.equal(codeOf(`MemoryError${'\nline'.repeat(100)}`), 'OUT_OF_MEMORY');
    assert.equal(codeOf(`MemoryError${'\nline'.repeat(200)}`), null);
  });

  it('leaves a signal to speak for itself, unless memory was the reason', () => {
    const crashed = { exitCode: 139, signal: 'SIGSEGV' };

    assert.equal(codeOf('curl: (6) Could not resolve host: a.example', crashed), null);
    assert.equal(
      codeOf('FATAL ERROR: JavaScript heap out of memory', { exitCode: 134, signal: 'SIGABRT' }),
      'OUT_OF_MEMORY',
    );
  });

  it('is a time-out for 124 only when the command has “timeout” in it', () => {
    assert.equal(codeOf('', { exitCode: 124, commandLine: 'timeout 5 make' }), 'TIMED_OUT');
    assert.equal(codeOf('', { exitCode: 124 }), null);
    assert.equal(codeOf('MemoryError', { exitCode: 124, commandLine: 'timeout 5 make' }), 'OUT_OF_MEMORY');
  });

  it('knows a graphics card without memory, with how much was wanted', () => {
    // The form PyTorch has; there was no such card to record it on.
    const line =
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 8 GiB.';
    const found = explain(line, failed);

    assert.equal(found?.code, 'GPU_OUT_OF_MEMORY');
    assert.match(found.message, /2\.00 GiB/);
    assert.match(found.hint, /smaller batch/);
  });

  it('quotes a path so that it can be pasted into a shell', () => {
    const found = explain("PermissionError: [Errno 13] Permission denied: '/data/my file; rm -rf x'", failed);

    assert.ok(found?.hint.includes("ls -ld '/data/my file; rm -rf x'"), found?.hint);
  });

  it('quotes the beginning of a line that is very long', () => {
    const found = explain(`MemoryError: ${'x'.repeat(100_000)}`, failed);

    assert.ok(found && found.hint.length < 600);
    assert.ok(found.hint.endsWith('…'));
  });
});

describe('the explanation of hostile output', () => {
  /** What the patterns begin with, repeated and broken off: where a pattern that can blow up would. */
  const words = [
    ...[
      'Connection refused',
      'EADDRINUSE: address already in use ',
      'listen tcp ',
      "host='",
      'Get "https://',
      'spawn ',
    ],
    ...[
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
    ],
    ...['No such file or directory', 'Permission denied', 'error: ', 'no ', 'Killed ', '\n', 'x: x: x: '],
  ];
  const output = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...words), fc.string()), fc.integer({ min: 1, max: 400 })));

  it('is found or not, and never throws', () => {
    fc.assert(
      fc.property(output, fc.option(fc.integer()), fc.constantFrom(null, 'SIGKILL'), (parts, exitCode, signal) => {
        const text = parts.map(([word, times]) => word.repeat(times)).join('');
        const found = explain(text, { exitCode, signal, commandLine: text.slice(0, 1000) });
        assert.ok(found === null || (found.code !== undefined && found.message !== '' && found.hint.length < 3_000));
      }),
      { numRuns: 300 },
    );
  });

  it('is bounded: a line is looked at only so far', () => {
    for (const word of words) {
      const text = `${word.repeat(Math.ceil(200_000 / word.length))}!\n`.repeat(5);
      assert.doesNotThrow(() => explain(text, failed));
    }
  });
});
