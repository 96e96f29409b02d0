import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { settingIds } from '../../extension/base/ids.ts';
import type { JobdeckApi } from '../../extension/extension.ts';
import type { Job } from '../../shared/job.ts';
import { clear, ended, jobdeck, jobThat, until } from './harness.ts';

describe('commands that run in the editor outside Jobdeck', () => {
  let api: JobdeckApi;

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
  });
  afterEach(async () => {
    for (const id of [settingIds.trackTasks, settingIds.trackTerminals]) await set(id, undefined);
    for (const terminal of vscode.window.terminals) terminal.dispose();
  });

  it('are tracked with their outcome if they are tasks and tracking is enabled', async () => {
    await set(settingIds.trackTasks, true);
    await vscode.tasks.executeTask(shellTask('shelled', 'sleep 1; exit 4'));
    const job = await jobThat(api, ({ title, status }) => title === 'shelled' && status === 'running');
    assert.deepEqual(
      [job.engine, job.trigger, job.type, job.commandLine],
      ['reported', 'reported', 'shell', 'sleep 1; exit 4'],
    );
    const { status, error } = await ended(api, job.id);
    assert.deepEqual([status, error?.message], ['failed', 'It ended with exit code 4.']);
  });

  it('are terminated when their job is cancelled', async () => {
    await set(settingIds.trackTasks, true);
    await vscode.tasks.executeTask(shellTask('endless', 'sleep 60'));
    const job = await jobThat(api, ({ title, status }) => title === 'endless' && status === 'running');
    await (await api.connection.client()).cancel(job.id);
    assert.equal((await ended(api, job.id)).status, 'cancelled');
    await until(() => vscode.tasks.taskExecutions.every(({ task }) => task.name !== 'endless'));
  });

  it('are not tracked by default', async () => {
    await vscode.tasks.executeTask(shellTask('unseen', 'true'));
    await processEnd('unseen');
    await set(settingIds.trackTasks, true);
    await vscode.tasks.executeTask(shellTask('seen', 'true'));
    const job = await jobThat(api, ({ title }) => title === 'seen');
    assert.equal((await ended(api, job.id)).status, 'completed');
    assert.deepEqual(
      api.model.all().map(({ title }) => title),
      ['seen'],
    );
  });

  it('are reported as no longer tracked when the window is closed', async () => {
    await set(settingIds.trackTasks, true);
    const execution = await vscode.tasks.executeTask(shellTask('left', 'sleep 60'));
    const { id } = await jobThat(api, ({ title, status }) => title === 'left' && status === 'running');
    await api.tracking.windowCloses();
    const { status, error } = await ended(api, id);
    execution.terminate();
    assert.deepEqual([status, error?.code], ['failed', 'WINDOW_CLOSED']);
    assert.match(error?.message ?? '', /window that tracked it was closed/);
  });

  it('are tracked with their outcome if they are long-running terminal commands', async () => {
    await set(settingIds.trackTerminals, 1);
    const shell = await integrated('long');
    const short = shell.executeCommand('true');
    await executionEnd(short);
    const execution = shell.executeCommand('sleep 3; exit_with() { return $1; }; exit_with 7');
    const job = await jobThat(api, ({ type, status }) => type === 'terminal' && status === 'running');
    await executionEnd(execution);
    assert.match(job.title, /^sleep 3;/);
    const { status, error } = await ended(api, job.id);
    assert.deepEqual([status, error?.message], ['failed', 'It ended with exit code 7.']);
    assert.equal(api.model.all().length, 1);
  });

  it('are interrupted when their job is cancelled', async () => {
    await set(settingIds.trackTerminals, 1);
    (await integrated('interrupted')).executeCommand('sleep 60');
    const job = await runningCommand(api);
    await (await api.connection.client()).cancel(job.id);
    assert.equal((await ended(api, job.id)).status, 'cancelled');
  });

  it('have an unknown outcome when their terminal is closed', async () => {
    await set(settingIds.trackTerminals, 1);
    (await integrated('closed')).executeCommand('sleep 60');
    const job = await runningCommand(api);
    vscode.window.terminals.find(({ name }) => name === 'closed')?.dispose();
    const { status, error } = await ended(api, job.id);
    assert.deepEqual([status, error?.code], ['failed', 'ENDING_NOT_SEEN']);
  });
});

function set(id: string, value: unknown): Thenable<void> {
  return vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
}

function shellTask(name: string, line: string): vscode.Task {
  return new vscode.Task({ type: 'shell' }, vscode.TaskScope.Workspace, name, 'test', new vscode.ShellExecution(line));
}

function runningCommand(api: JobdeckApi): Promise<Job> {
  return jobThat(api, ({ type, status }) => type === 'terminal' && status === 'running');
}

function processEnd(name: string): Promise<void> {
  return new Promise((resolve) => {
    const subscription = vscode.tasks.onDidEndTaskProcess(({ execution }) => {
      if (execution.task.name !== name) return;
      subscription.dispose();
      resolve();
    });
  });
}

function executionEnd(execution: vscode.TerminalShellExecution): Promise<void> {
  return new Promise((resolve) => {
    const subscription = vscode.window.onDidEndTerminalShellExecution((event) => {
      if (event.execution !== execution) return;
      subscription.dispose();
      resolve();
    });
  });
}

/** A terminal with shell integration. */
async function integrated(name: string): Promise<vscode.TerminalShellIntegration> {
  const terminal = vscode.window.createTerminal({ name, shellPath: '/bin/bash' });
  terminal.show();
  return until(() => terminal.shellIntegration);
}
