import assert from 'node:assert/strict';
import type { Caller } from '../../../cli/submitting/caller.ts';
import { commandOf, toSubmitRequest } from '../../../cli/submitting/request.ts';
import { UsageError } from '../../../cli/usageError.ts';

const noFile = () => false;

describe('the words after “--” as a command', () => {
  it('are a program with its arguments', () => {
    assert.deepEqual(commandOf(['npm', 'test', '--', '-a b'], false, noFile), { argv: ['npm', 'test', '--', '-a b'] });
    assert.deepEqual(commandOf(['make'], false, noFile), { argv: ['make'] });
  });

  for (const line of ['sleep 5; exit 3', 'npm ci&&npm test', 'cat<in>out', 'a|b', 'exit 3']) {
    it(`are a line of shell when they are one word like “${line}”`, () => {
      assert.deepEqual(commandOf([line], false, noFile), { shell: line });
    });
  }

  it('are a program when that one word names a file', () => {
    const isFile = (path: string) => path === '/opt/My App/run';
    assert.deepEqual(commandOf(['/opt/My App/run'], false, isFile), { argv: ['/opt/My App/run'] });
    assert.deepEqual(commandOf(['/opt/My App/run fast'], false, isFile), { shell: '/opt/My App/run fast' });
  });

  it('are one line of shell with --shell', () => {
    assert.deepEqual(commandOf(['echo', '$HOME'], true, noFile), { shell: 'echo $HOME' });
  });

  it('must be there', () => {
    assert.throws(() => commandOf([], false, noFile), { code: 'EMPTY_COMMAND' });
    assert.throws(() => commandOf([], true, noFile), UsageError);
  });

  it('are left to the daemon to refuse when they are blank', () => {
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

  it('says where it comes from', () => {
    assert.deepEqual(toSubmitRequest(['make'], {}, caller), {
      command: { argv: ['make'] },
      cwd: '/src/app',
      env: { PATH: '/bin' },
      workspace: '/src/app',
      createdBy: 'ann@box',
    });
  });

  it('takes title and type, and a folder from here', () => {
    const request = toSubmitRequest(['make'], { title: 'Make', type: 'build', cwd: '../lib' }, caller);
    assert.deepEqual([request.title, request.type, request.cwd], ['Make', 'build', '/src/lib']);
    assert.equal(request.workspace, '/src/app');
    assert.equal(toSubmitRequest(['make'], { cwd: '/tmp' }, caller).cwd, '/tmp');
  });

  it('says how progress is read from the output, when that is not as usual', () => {
    const pattern = '(?<percent>\\d+)';
    assert.equal('outputProgress' in toSubmitRequest(['make'], { progress: true }, caller), false);
    assert.equal(toSubmitRequest(['make'], { progress: false }, caller).outputProgress, false);
    const own = toSubmitRequest(['make'], { progress: true, progressPattern: pattern }, caller);
    assert.deepEqual(own.outputProgress, { pattern });
    const both = { progress: false, progressPattern: pattern };
    assert.throws(() => toSubmitRequest(['make'], both, caller), UsageError);
  });

  it('leaves out a user without a name', () => {
    assert.equal('createdBy' in toSubmitRequest(['make'], {}, { ...caller, createdBy: null }), false);
  });
});
