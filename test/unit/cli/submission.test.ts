import assert from 'node:assert/strict';
import type { Caller } from '../../../cli/submitting/caller.ts';
import { commandOf, toSubmitRequest } from '../../../cli/submitting/request.ts';
import { UsageError } from '../../../cli/usageError.ts';

const noFile = () => false;

describe('the command after “--”', () => {
  it('is a program with its arguments', () => {
    assert.deepEqual(commandOf(['npm', 'test', '--', '-a b'], false, noFile), { argv: ['npm', 'test', '--', '-a b'] });
    assert.deepEqual(commandOf(['make'], false, noFile), { argv: ['make'] });
  });

  for (const line of ['sleep 5; exit 3', 'npm ci&&npm test', 'cat<in>out', 'a|b', 'exit 3']) {
    it(`is a shell command line if it is one word like “${line}”`, () => {
      assert.deepEqual(commandOf([line], false, noFile), { shell: line });
    });
  }

  it('is a program if that one word is the name of a file', () => {
    const isFile = (path: string) => path === '/opt/My App/run';
    assert.deepEqual(commandOf(['/opt/My App/run'], false, isFile), { argv: ['/opt/My App/run'] });
    assert.deepEqual(commandOf(['/opt/My App/run fast'], false, isFile), { shell: '/opt/My App/run fast' });
  });

  it('is a shell command line with --shell', () => {
    assert.deepEqual(commandOf(['echo', '$HOME'], true, noFile), { shell: 'echo $HOME' });
  });

  it('is required', () => {
    assert.throws(() => commandOf([], false, noFile), { code: 'EMPTY_COMMAND' });
    assert.throws(() => commandOf([], true, noFile), UsageError);
  });

  it('may be blank, which the daemon rejects', () => {
    assert.deepEqual(commandOf([' '], false, noFile), { argv: [' '] });
  });
});

describe('the request for a new job', () => {
  const caller: Caller = {
    cwd: '/src/app',
    env: { PATH: '/bin', GONE: undefined },
    createdBy: 'ann@box',
    isFile: noFile,
  };

  it('has the environment, folder and name of the caller', () => {
    assert.deepEqual(toSubmitRequest(['make'], {}, caller), {
      command: { argv: ['make'] },
      cwd: '/src/app',
      env: { PATH: '/bin' },
      workspace: '/src/app',
      createdBy: 'ann@box',
    });
  });

  it('has title, type and a folder relative to the current one', () => {
    const request = toSubmitRequest(['make'], { title: 'Make', type: 'build', cwd: '../lib' }, caller);
    assert.deepEqual([request.title, request.type, request.cwd], ['Make', 'build', '/src/lib']);
    assert.equal(request.workspace, '/src/app');
    assert.equal(toSubmitRequest(['make'], { cwd: '/tmp' }, caller).cwd, '/tmp');
  });

  it('includes how to read progress, unless it is the default', () => {
    const pattern = '(?<percent>\\d+)';
    assert.equal('outputProgress' in toSubmitRequest(['make'], { progress: true }, caller), false);
    assert.equal(toSubmitRequest(['make'], { progress: false }, caller).outputProgress, false);
    const own = toSubmitRequest(['make'], { progress: true, progressPattern: pattern }, caller);
    assert.deepEqual(own.outputProgress, { pattern });
    const both = { progress: false, progressPattern: pattern };
    assert.throws(() => toSubmitRequest(['make'], both, caller), UsageError);
  });

  it('has no submitter if the user has no name', () => {
    assert.equal('createdBy' in toSubmitRequest(['make'], {}, { ...caller, createdBy: null }), false);
  });

  it('sets variables of --env, and takes those without a value from the caller', () => {
    const env = (...settings: string[]) => toSubmitRequest(['make'], { env: settings }, caller).env;
    assert.deepEqual(env('A=1', 'B=x=y', 'C='), { PATH: '/bin', A: '1', B: 'x=y', C: '' });
    assert.deepEqual(env('PATH=/sbin'), { PATH: '/sbin' });
    assert.deepEqual(env('PATH', 'GONE'), { PATH: '/bin' });
    assert.throws(() => env('=x'), /“=x” is not an environment variable/);
  });
});
