import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { clear, ended, jobdeck, jobThat, submitAndWait } from './harness.ts';

describe('an agent in the editor', () => {
  let api: JobdeckApi;

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
  });

  /** The text of a tool's reply. */
  const ask = async (name: string, input: object = {}) => {
    const options = { input, toolInvocationToken: undefined };
    const { content } = await vscode.lm.invokeTool(`jobdeck_${name}`, options);
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  };

  /** The text of jobs in a reply. */
  const dataOf = (text: string) => /<job-data-(\w+)>\n([\s\S]*)\n<\/job-data-\1>/.exec(text)?.[2] ?? assert.fail(text);

  it('has six tools', () => {
    const names = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('jobdeck_'));
    assert.deepEqual(names.sort(), [
      'jobdeck_cancel_job',
      'jobdeck_get_job',
      'jobdeck_get_job_log',
      'jobdeck_list_jobs',
      'jobdeck_retry_job',
      'jobdeck_run_job',
    ]);
  });

  it('sees which job failed, why, and its output', async () => {
    const { id } = await submitAndWait(api, 'echo careful; exit 3', 'bad');
    assert.match(dataOf(await ask('list_jobs', { status: 'failed' })), new RegExp(`^${id} .*bad.*failed`));
    assert.match(dataOf(await ask('get_job', { id })), /^exit code: 3$/m);
    assert.equal(dataOf(await ask('get_job_log', { id })), 'careful');
  });

  it('gets a readable error for invalid input', async () => {
    assert.match(await ask('get_job', { id: 'nosuchjob' }), /^JOB_NOT_FOUND\. Call list_jobs/);
  });

  it('starts jobs in the workspace folder', async () => {
    assert.match(await ask('run_job', { command: 'true', title: 'asked for' }), /^Started job /);
    const job = await jobThat(api, ({ title }) => title === 'asked for');
    assert.equal(job.cwd, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);
    await ended(api, job.id);
  });
});
