import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  outcomeOfCancel,
  outcomeWithoutStatus,
  outcomeWithStatus,
} from '../../../../../../daemon/engines/local/outcome/attemptOutcome.ts';
import { type Circumstances, signalOf, startFailure } from '../../../../../../daemon/engines/local/outcome/errors.ts';
import type { ExitStatus } from '../../../../../../daemon/engines/local/supervising/runFolder.ts';

const about: Circumstances = {
  command: { argv: ['make', 'all'] },
  cwd: '/src',
  program: null,
  details: 'the end',
  output: 'all of the end',
};
const runnable = { path: '/bin/make', executable: true };

const exited = (status: number): ExitStatus => ({ status, endedBy: 'exit' });
const signalled = (status: number): ExitStatus => ({ status, endedBy: 'signal' });

function error(end: number | ExitStatus, more: Partial<Circumstances> = {}) {
  const found = outcomeWithStatus(typeof end === 'number' ? exited(end) : end, 5, { ...about, ...more }).error;
  assert.ok(found);
  return found;
}

describe('the end of an attempt', () => {
  it('has no error if the command exited with 0, or after a cancel', () => {
    assert.deepEqual(outcomeWithStatus(exited(0), 5, about), { exitCode: 0, signal: null, endedAt: 5, error: null });
    assert.deepEqual(outcomeWithStatus(signalled(143), 5, null), {
      exitCode: 143,
      signal: 'SIGTERM',
      endedAt: 5,
      error: null,
    });
  });

  it('has the exit code, and the end of the output as details', () => {
    const outcome = outcomeWithStatus(exited(3), 5, about);

    assert.deepEqual([outcome.exitCode, outcome.signal], [3, null]);
    assert.deepEqual([outcome.error?.code, outcome.error?.details], ['EXIT_CODE', 'the end']);
    assert.match(outcome.error?.message ?? '', /exit code 3/);
  });

  it('refers to the output only if there is any', () => {
    assert.equal(error(3).variant, undefined);
    assert.equal(error(3, { output: '' }).variant, 'noOutput');
    assert.equal(error(3, { output: null }).variant, 'noOutput');
  });

  it('names a command that was not found, and where to look for it', () => {
    assert.deepEqual([error(127).code, error(127).message], ['COMMAND_NOT_FOUND', 'The command “make” was not found.']);
    assert.match(error(127).hint ?? '', /spelling.*PATH/);
    assert.match(error(127, { command: { argv: ['./make'] } }).hint ?? '', /path.*\/src/);
  });

  it('does not report an existing program, or the shell, as not found if a command inside the job was not found', () => {
    for (const more of [{ program: runnable }, { command: { shell: 'make all' } }]) {
      assert.deepEqual([error(127, more).code, error(127, more).variant], ['COMMAND_NOT_FOUND', 'inScript']);
    }
  });

  it('explains how to make a file executable', () => {
    const found = error(126, { command: { argv: ['./run.sh'] }, program: { path: '/src/run.sh', executable: false } });

    assert.equal(found.code, 'PERMISSION_DENIED');
    assert.match(found.message, /“\.\/run\.sh”/);
    assert.match(found.hint ?? '', /chmod \+x \.\/run\.sh/);
    assert.equal(error(126, { program: runnable }).variant, 'inScript');
  });

  it('names the signal, and suggests low memory for SIGKILL', () => {
    const outcome = outcomeWithStatus(signalled(137), 5, about);

    assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error?.code], [137, 'SIGKILL', 'SIGNAL']);
    assert.match(outcome.error?.hint ?? '', /memory/);
    assert.equal(error(signalled(139)).variant, undefined);
    assert.equal(outcomeWithStatus(signalled(139), 5, about).signal, 'SIGSEGV');
  });

  it('has the headline of the program that failed, and none for other output', () => {
    const output =
      'test_shop.py:9: AssertionError\nFAILED test_shop.py::test_discount - x\n1 failed, 1 passed in 0.02s';

    assert.equal(error(1, { output }).headline?.text, '1 failed, 1 passed: test_discount');
    assert.equal(error(signalled(137), { output }).headline, undefined);
    assert.equal(error(3).headline, undefined);
  });

  it('has the cause that the output names, and the end of the output as details', () => {
    const found = error(1, { output: 'OSError: [Errno 28] No space left on device\nbye', details: 'bye' });

    assert.deepEqual([found.code, found.details], ['DISK_FULL', 'bye']);
    assert.match(found.hint ?? '', /Free some space.*Output: OSError/);
  });

  it("names the command that a shell did not find, unless the job's own program is missing", () => {
    const output = 'sh: 1: tsc: not found';

    assert.match(error(127, { output, command: { shell: 'tsc -p .' } }).message, /“tsc”/);
    assert.match(error(127, { output }).message, /“make” was not found/);
  });

  it('has no signal for an exit status above 128 that no signal stands for', () => {
    assert.equal(signalOf(255), null);
    assert.equal(signalOf(128), null);
    assert.deepEqual([error(255).code, error(255).variant], ['EXIT_CODE', undefined]);
  });

  it('has the exit code and no signal if the program returned a status above 128', () => {
    for (const status of [129, 130, 137, 141, 143]) {
      const outcome = outcomeWithStatus(exited(status), 5, about);

      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error?.code], [status, null, 'EXIT_CODE']);
      assert.equal(outcome.error?.message, `The command failed with exit code ${status}.`);
      assert.doesNotMatch(outcome.error?.hint ?? '', /memory|signal/);
    }
  });

  it('names both possibilities if the program may have returned the status, or a signal ended it', () => {
    const outcome = outcomeWithStatus({ status: 137, endedBy: 'unknown' }, 5, about);

    assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error?.code], [137, null, 'EXIT_CODE']);
    assert.equal(outcome.error?.message, 'The command failed with exit code 137 (128 + 9).');
    assert.equal(error({ status: 255, endedBy: 'unknown' }).variant, undefined);
  });

  it('has the number of a signal without a name', () => {
    assert.equal(outcomeWithStatus(signalled(128 + 34), 5, about).signal, 'SIG34');
  });

  it('reports that no status was recorded, and why', () => {
    assert.deepEqual([outcomeWithoutStatus(5, null, { kind: 'killed' }).exitCode], [null]);
    assert.equal(outcomeWithoutStatus(5, null, { kind: 'killed' }).error?.code, 'NO_EXIT_STATUS');
    assert.equal(outcomeWithoutStatus(5, null, { kind: 'restarted' }).error?.variant, 'restarted');
    assert.equal(outcomeWithoutStatus(5, null, { kind: 'copied', pid: 7 }).error?.code, 'RUNS_ELSEWHERE');
    assert.match(outcomeWithoutStatus(5, null, { kind: 'takenOver', host: 'box' }).error?.message ?? '', /box/);
  });

  it('has SIGKILL after a cancel only if the command was killed', () => {
    assert.deepEqual(outcomeOfCancel(5, true), { exitCode: 137, signal: 'SIGKILL', endedAt: 5, error: null });
    assert.deepEqual(outcomeOfCancel(5, false), { exitCode: null, signal: null, endedAt: 5, error: null });
  });
});

describe('the reason why a launch did not start', () => {
  const system = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });

  it('is the folder of the job if it does not exist', () => {
    const why = startFailure(system('ENOENT'), '/gone', true);

    assert.equal(why.code, 'CWD_MISSING');
    assert.match(why.message, /\/gone/);
  });

  it('has a hint that matches the system error', () => {
    for (const [code, hint] of [
      ['ENOSPC', /disk is full/],
      ['EACCES', /permissions/],
      ['E2BIG', /too long/],
      ['EAGAIN', /more processes/],
      ['EMFILE', /Too many files/],
      ['EWHATEVER', /daemon\.log/],
    ] as const) {
      const why = startFailure(system(code), '/', false);
      assert.equal(why.code, 'START_FAILED');
      assert.match(why.message, new RegExp(code));
      assert.match(why.hint ?? '', hint);
    }
  });
});
