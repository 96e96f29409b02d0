import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { clear, ended, jobdeck, jobThat, until } from './harness.ts';

/** Tasks in the workspace's tasks.json, by label. */
const entries = {
  succeeds: { command: 'echo working in $PWD', jobType: 'proof' },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the editor
  fails: { command: ['sh', '-c', 'echo "$WORD of ${workspaceFolderBasename}"; exit 3'], env: { WORD: 'news' } },
  lasts: { command: 'echo begun; sleep 60', title: 'The long one' },
  waits: { command: 'until [ -e go ]; do sleep 0.1; done; exit 5' },
  nothing: { command: ' ' },
  complains: {
    command: "printf '\\033[31mcode.c:2: it is wrong\\033[0m\\n'; exit 1",
    problemMatcher: {
      owner: 'jobdeck',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the editor
      fileLocation: ['relative', '${workspaceFolder}'],
      pattern: { regexp: '^(.*):(\\d+): (.*)$', file: 1, line: 2, message: 3 },
    },
  },
};

describe('tasks of the type jobdeck', () => {
  let api: JobdeckApi;
  const file = () => vscode.Uri.joinPath(folder(), '.vscode', 'tasks.json');

  before(async () => {
    const tasks = Object.entries(entries).map(([label, entry]) => ({ label, type: 'jobdeck', ...entry }));
    await vscode.workspace.fs.writeFile(file(), Buffer.from(JSON.stringify({ version: '2.0.0', tasks })));
  });
  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
  });
  after(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await vscode.workspace.fs.delete(file());
  });

  it('are jobs with the task’s exit code and folder', async () => {
    const over = await execute('succeeds');
    const job = await jobThat(api, ({ title }) => title === 'succeeds');
    assert.equal(await over.exitCode, 0);
    assert.equal((await ended(api, job.id)).status, 'completed');
    assert.deepEqual([job.type, job.cwd, job.workspace], ['proof', folder().fsPath, folder().fsPath]);
    assert.equal(await logOf(api, job.id), `working in ${folder().fsPath}\n`);
  });

  it('fail like their job, with variables resolved by the editor', async () => {
    const over = await execute('fails');
    assert.equal(await over.exitCode, 3);
    const job = await jobThat(api, ({ title, status }) => title === 'fails' && status === 'failed');
    assert.equal(job.exitCode, 3);
    assert.equal(await logOf(api, job.id), `news of ${folder().fsPath.split('/').at(-1)}\n`);
  });

  it('cancel their job when they are terminated', async () => {
    const over = await execute('lasts');
    const job = await jobThat(api, ({ title, status }) => title === 'The long one' && status === 'running');
    over.execution.terminate();
    assert.equal((await ended(api, job.id)).status, 'cancelled');
  });

  it('keep their job running when their terminal is closed', async () => {
    await execute('waits');
    const job = await jobThat(api, ({ title, status }) => title === 'waits' && status === 'running');
    const terminal = vscode.window.terminals.find(({ name }) => name === 'waits');
    const closed = new Promise<void>((resolve) => {
      const subscription = vscode.window.onDidCloseTerminal((one) => {
        if (one !== terminal) return;
        subscription.dispose();
        resolve();
      });
    });
    terminal?.dispose();
    await closed;
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder(), 'go'), Buffer.of());
    // A cancelled job would not have exited with 0.
    const { status, exitCode } = await ended(api, job.id);
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), 'go'));
    assert.deepEqual({ status, exitCode }, { status: 'failed', exitCode: 5 });
  });

  it('have problems matched in the job’s output, despite colors', async () => {
    const code = vscode.Uri.joinPath(folder(), 'code.c');
    await vscode.workspace.fs.writeFile(code, Buffer.from('one\ntwo\n'));
    await (await execute('complains')).exitCode;
    const [problem] = await until(() => {
      const found = vscode.languages.getDiagnostics(code);
      return found.length > 0 && found;
    });
    await vscode.workspace.fs.delete(code);
    assert.deepEqual([problem?.message, problem?.range.start.line], ['it is wrong', 1]);
  });

  it('fail with an exit code if they have no command', async () => {
    const over = await execute('nothing');
    assert.equal(await over.exitCode, 1);
    assert.equal(api.model.all().length, 0);
  });
});

function folder(): vscode.Uri {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (first === undefined) throw new Error('The tests need an open folder.');
  return first.uri;
}

/** Runs a task from tasks.json. `exitCode` resolves when it has ended. */
async function execute(label: string) {
  const task = await until(async () => (await vscode.tasks.fetchTasks()).find(({ name }) => name === label));
  const exitCode = new Promise<number | undefined>((resolve) => {
    const subscription = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.name !== label) return;
      subscription.dispose();
      resolve(event.exitCode);
    });
  });
  return { execution: await vscode.tasks.executeTask(task), exitCode };
}

async function logOf(api: JobdeckApi, id: string): Promise<string> {
  return (await (await api.connection.client()).readLog(id, 1)).bytes.toString('utf8');
}
