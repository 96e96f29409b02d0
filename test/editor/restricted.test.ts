/** The extension starts nothing in an untrusted workspace. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { clear, jobdeck, Person, run, submit, submitAndWait, until } from './harness.ts';

describe('in an untrusted workspace', () => {
  let api: JobdeckApi;
  let person: Person;

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
    person.presses();
  });
  afterEach(() => person.restore());

  function denyTrust(): void {
    person.stubs.put(vscode.workspace, 'isTrusted', false);
  }

  const total = async () => (await (await api.connection.client()).list({})).total;

  it('no command starts a job, regardless of its arguments', async () => {
    const failed = await submitAndWait(api, 'exit 3', 'bad');
    denyTrust();
    const before = await total();
    const names = [
      'run',
      'runScript',
      'runDefined',
      'backfill',
      'retry',
      'runAgain',
      'retryEdited',
      'retryAllFailed',
      'retryMatching',
      'runSchedule',
    ] as const;
    for (const name of names) {
      const count = person.messages.length;
      await run(name, failed.id, [failed.id]);
      await until(() => person.messages.length > count);
      assert.match(person.messages.at(-1)?.message ?? '', /can’t start jobs in an untrusted workspace/, name);
    }
    assert.equal(await total(), before);
    const { attempt } = await (await api.connection.client()).get(failed.id);
    assert.equal(attempt, 1);
  });

  it('no agent tool starts a job, but running jobs can be cancelled', async () => {
    const failed = await submitAndWait(api, 'exit 3', 'bad');
    const running = await submit(api, 'sleep 60', 'long');
    denyTrust();
    const before = await total();
    const ask = async (name: string, input: object) => {
      const { content } = await vscode.lm.invokeTool(`jobdeck_${name}`, { input, toolInvocationToken: undefined });
      return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
    };
    assert.match(await ask('run_job', { command: 'true' }), /untrusted workspace/);
    assert.match(await ask('retry_job', { id: failed.id }), /untrusted workspace/);
    assert.equal(await total(), before);
    assert.doesNotMatch(await ask('cancel_job', { id: running.id }), /untrusted workspace/);
    await until(() => api.model.get(running.id)?.status === 'cancelled');
  });

  it('no task starts a job', async () => {
    denyTrust();
    const before = await total();
    const folder = vscode.workspace.workspaceFolders?.[0] ?? assert.fail('No folder is open.');
    const definition = { type: 'jobdeck', command: 'true' };
    const tasks = await vscode.tasks.fetchTasks({ type: 'jobdeck' });
    for (const task of [...tasks, new vscode.Task(definition, folder, 'made up', 'jobdeck')]) {
      await vscode.tasks.executeTask(task).then(undefined, () => undefined);
    }
    // A job submitted by the task would exist before this one has ended.
    await submitAndWait(api, 'true', 'meanwhile');
    assert.equal(await total(), before + 1);
  });
});
