import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { paletteIds } from '../../extension/base/ids.ts';
import type { JobdeckApi } from '../../extension/extension.ts';
import { clear, ended, jobdeck, jobThat, Person, run, submit, submitAndWait, until } from './harness.ts';

/** What a command from the palette applies to, when it isn't told. */
describe('commands from the palette', () => {
  let api: JobdeckApi;
  let person: Person;
  let copied: string[];

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
    person.presses();
    person.picks();
    copied = [];
    person.stubs.put(vscode.env, 'clipboard', {
      readText: async () => '',
      writeText: async (text: string) => void copied.push(text),
    });
  });
  afterEach(async () => {
    person.restore();
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  const fromPalette = (name: keyof typeof paletteIds) => vscode.commands.executeCommand(paletteIds[name]);
  const activeInput = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const openPage = async (id: string) => {
    await run('showDetails', id);
    await until(() => activeInput() instanceof vscode.TabInputWebview);
  };
  const select = async (id: string) => {
    await until(() => api.view.tree.shows(id));
    await api.view.reveal(id);
    await until(() => api.view.selection().join() === id);
  };

  it('apply to the page in front', async () => {
    const job = await submit(api, 'sleep 30', 'in front');
    const other = await submit(api, 'sleep 30', 'other');
    await openPage(job.id);
    await fromPalette('cancel');
    assert.equal((await ended(api, job.id)).status, 'cancelled');
    assert.deepEqual([api.model.get(other.id)?.cancelRequestedAt, person.offered], [null, []]);
  });

  it('apply to the live log in front', async () => {
    const job = await submit(api, 'sleep 30', 'in front');
    await submit(api, 'sleep 30', 'other');
    await jobThat(api, ({ id, status }) => id === job.id && status === 'running');
    await run('openLog', job.id);
    await until(() => activeInput() instanceof vscode.TabInputTerminal && vscode.window.activeTerminal !== undefined);
    await fromPalette('cancel');
    assert.equal((await ended(api, job.id)).status, 'cancelled');
  });

  it('apply to the log of the attempt in front, as a document or a file', async () => {
    const job = await submitAndWait(api, 'echo $JOBDECK_ATTEMPT; exit 3', 'in front');
    await submitAndWait(api, 'exit 3', 'other');
    await run('retry', job.id);
    await jobThat(api, ({ id, attempt, status }) => id === job.id && attempt === 2 && status === 'failed');
    await run('openLog', { jobId: job.id, attempt: 1 });
    const text = () => vscode.window.activeTextEditor?.document;
    await until(() => text()?.getText() === '1\n');
    await run('openWholeLog');
    await until(() => text()?.uri.scheme === 'file');
    assert.equal(text()?.getText(), '1\n');
    await run('copyId');
    assert.deepEqual([copied, person.offered], [[job.id], []]);
  });

  it('ask if the command does not apply to the page in front, even with one other job', async () => {
    const done = await submitAndWait(api, 'true', 'done');
    const running = await submit(api, 'sleep 30', 'running');
    await openPage(done.id);
    await fromPalette('cancel');
    assert.equal(person.offered.length, 1);
    assert.equal(api.model.get(running.id)?.cancelRequestedAt, null);
  });

  it('apply to the selected row, but not in a hidden view', async () => {
    const job = await submit(api, 'sleep 30', 'selected');
    await submit(api, 'sleep 30', 'other');
    await select(job.id);
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until(() => !api.view.isVisible);
    await run('copyId');
    assert.deepEqual([copied, person.offered.length], [[], 2]);
    await select(job.id);
    await run('copyId');
    assert.deepEqual(copied, [job.id]);
  });

  it('ask when a row was selected after the page came to the front, with both first', async () => {
    const shown = await submit(api, 'sleep 30', 'shown');
    const selected = await submit(api, 'sleep 30', 'selected');
    await submit(api, 'sleep 30', 'other');
    await openPage(shown.id);
    await select(selected.id);
    await fromPalette('cancel');
    assert.deepEqual(
      person.offered.map((label) => label.replace(/^.* /, '')),
      ['selected', 'shown', 'other'],
    );
  });

  it('do not ask if there is only one job they apply to', async () => {
    await submitAndWait(api, 'true', 'done');
    const job = await submit(api, 'sleep 30', 'running');
    await fromPalette('cancel');
    assert.equal((await ended(api, job.id)).status, 'cancelled');
    assert.deepEqual(person.offered, []);
  });
});

describe('keys in the Jobs view', () => {
  it('apply to the focused row, which arrow keys move, and keep the selection', async () => {
    const api = await jobdeck();
    await clear(api);
    const person = new Person();
    const copied: string[] = [];
    person.stubs.put(vscode.env, 'clipboard', {
      readText: async () => '',
      writeText: async (text: string) => void copied.push(text),
    });
    const jobs = [await submit(api, 'sleep 30', 'a'), await submit(api, 'sleep 30', 'b')];
    const rows = api.view.tree.shownJobs().map(({ id }) => id);
    assert.deepEqual([...rows].sort(), jobs.map(({ id }) => id).sort());
    const upper = api.view.tree.uppermost(new Set(rows));
    assert.ok(upper);
    const lower = rows.find((id) => id !== upper);
    await api.view.reveal(upper);
    await until(() => api.view.selection().join() === upper);
    await vscode.commands.executeCommand('list.focusDown');
    await run('copyId', { from: 'focus' });
    assert.deepEqual([copied, api.view.selection()], [[lower], [upper]]);
    await vscode.commands.executeCommand('list.focusUp');
    await run('copyId', { from: 'focus' });
    assert.deepEqual([copied, api.view.selection()], [[lower, upper], [upper]]);
    person.restore();
    await vscode.commands.executeCommand('workbench.view.explorer');
  });
});
