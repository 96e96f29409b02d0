import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useEditor } from './useEditor.ts';

/** The workspace's tasks.json. */
const tasks = [
  { label: 'stays', type: 'jobdeck', command: 'echo it works; until [ -e go ]; do sleep 0.2; done; exit 3' },
  { label: 'ends', type: 'jobdeck', command: 'sleep 60' },
  { label: 'watched', type: 'shell', command: 'sleep 60', problemMatcher: [] },
];

describe('Tasks as jobs', () => {
  const use = useEditor({ settings: { 'jobdeck.tasks.track': true } }, (folder) => {
    mkdirSync(join(folder, '.vscode'));
    writeFileSync(join(folder, '.vscode', 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks }));
  });

  const runTask = (label: string) => use.workbench.choose('Tasks: Run Task', label);

  it('show the job’s output, and cancel it when terminated', async () => {
    const { workbench } = use;
    await runTask('ends');
    await workbench.job(/^ends, Running/).waitFor();
    await workbench.photograph('task');
    await workbench.choose('Tasks: Terminate Task', 'ends');
    await workbench.job(/^ends, Cancelled/).waitFor();
  });

  it('continue when the window is reloaded, unlike tasks that are only tracked', async () => {
    const { workbench, editor } = use;
    await runTask('watched');
    await workbench.job(/^watched, Running/).waitFor();
    await runTask('stays');
    await workbench.job(/^stays, Running/).waitFor();
    await workbench.page.locator('.terminal-wrapper.active .xterm-rows').getByText('it works').first().waitFor();
    await workbench.page.reload();
    await workbench.job(/^watched, Failed/).waitFor();
    await workbench.job(/^stays, Running/).waitFor();
    await workbench.photograph('task-reloaded');
    writeFileSync(join(editor.folder, 'go'), '');
    const over = workbench.job(/^stays, Failed, exit code 3/);
    await over.waitFor();
    assert.match((await workbench.job(/^watched, Failed/).getAttribute('aria-label')) ?? '', /window that tracked it/);
  });
});
