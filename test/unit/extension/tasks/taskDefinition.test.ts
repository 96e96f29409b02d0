import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TaskContext, taskRequest } from '../../../../extension/tasks/definition.ts';
import { exitCodeOf, exitReasons, isTermination } from '../../../../extension/tasks/taskEnd.ts';
import { cmdLine, posixLine } from '../../../../shared/definitions/shellLine.ts';
import { JobdeckError } from '../../../../shared/errors.ts';

const folder = resolve('/home/me/project');
const environment = { PATH: '/bin', LANG: 'C' };
const context: TaskContext = { name: 'make it', group: 'build', folder, environment, shellLine: posixLine };
const read = (definition: Record<string, unknown>, more: Partial<TaskContext> = {}) =>
  taskRequest({ type: 'jobdeck', ...definition }, { ...context, ...more });
const refuses = (definition: Record<string, unknown>, code: string, sentence: RegExp) =>
  assert.throws(
    () => read(definition),
    (error) => error instanceof JobdeckError && error.code === code && sentence.test(error.message) && !!error.hint,
  );

describe('a task in tasks.json', () => {
  it('with a string runs it in a shell, with name and type of the task, in the workspace folder', () => {
    const { command, title, type, cwd, workspace, env } = read({ command: ' npm run build ' });
    assert.deepEqual(command, { shell: 'npm run build' });
    assert.deepEqual(
      { title, type, cwd, workspace },
      { title: 'make it', type: 'build', cwd: folder, workspace: folder },
    );
    assert.deepEqual(env, { PATH: '/bin', LANG: 'C' });
  });

  it('keeps the value of each variable one word in a shell line', () => {
    const shell = (written: string, resolved: string, more: Partial<TaskContext> = {}) =>
      read({ command: resolved }, { command: written, ...more }).command;
    assert.deepEqual(shell('ls ${workspaceFolder}/x', 'ls /home/me/x'), { shell: 'ls /home/me/x' });
    assert.deepEqual(shell('ls ${workspaceFolder}/x "${input:a}" ${HOME}', 'ls /a b/x "$(id)" ${HOME}'), {
      shell:
        `_workspaceFolder_='/a b'; _input_a_='$(id)'; ls "\${_workspaceFolder_}"/x "\${_input_a_}" \${HOME}`.replaceAll(
          /_(workspaceFolder|input_a)_/g,
          'jobdeck__$1_',
        ),
    });
    assert.deepEqual(shell('a ${x} b ${y}', 'a 1; b $(id) b 2'), {
      shell: `jobdeck__x_='1;'; jobdeck__y_='$(id) b 2'; a "\${jobdeck__x_}" b "\${jobdeck__y_}"`,
    });
    assert.deepEqual(shell('${input:line}', 'npm test'), { shell: 'npm test' });
    assert.deepEqual(shell('dir ${workspaceFolder}', 'dir C:\\a b', { shellLine: cmdLine }), {
      shell: 'dir "C:\\a b"',
    });
  });

  it('with a list runs a program with arguments', () => {
    assert.deepEqual(read({ command: ['node', 'a b', ''] }).command, { argv: ['node', 'a b', ''] });
  });

  it('sets title, type, queue, priority, group and environment of the job', () => {
    const given = { title: 'Build', jobType: 'docs', queue: 'slow', priority: 'high', jobGroup: 'release' };
    const request = read({ command: 'make', ...given, env: { LANG: 'de' } });
    const { title, type, queue, priority, group, env } = request;
    assert.deepEqual([title, type, queue, priority, group], ['Build', 'docs', 'slow', 'high', 'release']);
    assert.deepEqual(env, { PATH: '/bin', LANG: 'de' });
  });

  it('resolves its folder against the workspace, or the home folder', () => {
    assert.equal(read({ command: 'make', cwd: 'docs' }).cwd, join(folder, 'docs'));
    assert.equal(read({ command: 'make', cwd: resolve('/tmp') }).cwd, resolve('/tmp'));
    assert.equal(read({ command: 'make', cwd: 'docs' }, { folder: undefined }).cwd, join(homedir(), 'docs'));
    assert.equal(read({ command: 'make' }, { folder: undefined }).cwd, undefined);
  });

  it('without a command is rejected', () => {
    for (const command of [undefined, '', '  ', [], ['']]) refuses({ command }, 'EMPTY_COMMAND', /no command/);
  });

  it('with an invalid value is rejected with the property', () => {
    refuses({ command: 7 }, 'INVALID_REQUEST', /“command”/);
    refuses({ command: ['make', 7] }, 'INVALID_REQUEST', /“command”/);
    refuses({ command: 'make', cwd: 7 }, 'INVALID_REQUEST', /“cwd”/);
    refuses({ command: 'make', env: { A: 7 } }, 'INVALID_REQUEST', /“env”/);
    refuses({ command: 'make', priority: 'huge' }, 'INVALID_REQUEST', /“huge”.*low, normal, high, urgent/);
  });
});

describe('the exit code of a task', () => {
  it('is the one of its job', () => {
    assert.equal(exitCodeOf({ status: 'completed', exitCode: 0 }), 0);
    assert.equal(exitCodeOf({ status: 'failed', exitCode: 3 }), 3);
    assert.equal(exitCodeOf({ status: 'cancelled', exitCode: 143 }), 143);
  });

  it('is not 0 if the job has none', () => {
    assert.equal(exitCodeOf({ status: 'failed', exitCode: null }), 1);
    assert.equal(exitCodeOf({ status: 'lost', exitCode: null }), 1);
    assert.equal(exitCodeOf({ status: 'cancelled', exitCode: null }), 130);
  });

  it('terminating a task is distinguished from closing its terminal or window', () => {
    assert.equal(isTermination(exitReasons.unknown), true);
    for (const reason of ['shutdown', 'process', 'user', 'extension'] as const) {
      assert.equal(isTermination(exitReasons[reason]), false, reason);
    }
    assert.equal(isTermination(undefined), false);
  });
});
