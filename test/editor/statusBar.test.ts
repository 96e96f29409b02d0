import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { clear, ended, jobdeck, Person, run, submit, submitAndWait, until } from './harness.ts';

describe('the status bar', () => {
  let api: JobdeckApi;
  let person: Person;

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
    // The jobs view is not visible.
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await until(() => !api.view.isInView);
  });
  afterEach(() => person.restore());

  const shows = (text: string) => until(() => api.statusBar.shown?.text === text);

  it('counts running and failed jobs until the view is opened', async () => {
    await shows('$(tasklist)');
    const job = await submit(api, 'sleep 30', 'long');
    await shows('$(sync~spin) 1');
    await submitAndWait(api, 'exit 3', 'bad');
    await shows('$(sync~spin) 1 $(error) 1');
    assert.equal(api.statusBar.shown?.spoken, 'Jobdeck: 1 job running, 1 failed since you last looked.');
    person.picks();
    await run('showJobs');
    assert.equal(person.offered.length, 2);
    await shows('$(sync~spin) 1');
    await (await api.connection.client()).cancel(job.id);
    await ended(api, job.id);
    await shows('$(tasklist)');
  });
});
