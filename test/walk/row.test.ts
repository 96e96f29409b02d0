import assert from 'node:assert/strict';
import { useEditor } from './useEditor.ts';
import { succeeds } from './workbench.ts';

describe('The row of a job', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  it('cancels with its button', async () => {
    await use.workbench.run('echo begun; sleep 60');
    await use.workbench.clickButton(use.workbench.job(/^echo begun; sleep 60, Running/), 'Cancel Job');
    await use.workbench.job(/^echo begun; sleep 60, Cancelled/).waitFor();
    await use.workbench.waitForStatus('0 jobs running.');
  });

  it('retries with its button as a second attempt', async () => {
    const cancelled = use.workbench.job(/^echo begun; sleep 60, Cancelled/);
    const retried = use.workbench.job(/^echo begun; sleep 60, Running.*attempt 2/);
    // A click right after the one that cancelled the job does not count (see `ClickGuard`).
    do await use.workbench.clickButton(cancelled, 'Retry Job');
    while (!(await succeeds(retried.waitFor({ timeout: 2_000 }))));
  });

  it('opens the log of a running job in a terminal', async () => {
    await use.workbench.clickButton(use.workbench.job(/^echo begun; sleep 60, Running/), 'Open Log');
    await use.workbench.tab(/echo begun; sleep 60 #2/).waitFor();
    await use.workbench.terminal.getByText('begun').waitFor();
  });

  it('offers applicable commands in its context menu', async () => {
    const { workbench } = use;
    const row = workbench.job(/^echo begun; sleep 60, Running/);
    await workbench.chooseInMenu(row, 'Cancel Job', async () => {
      assert.equal(await workbench.page.getByRole('menuitem', { name: 'Show Details' }).count(), 1);
      await workbench.photograph('menu');
    });
    await use.workbench.job(/^echo begun; sleep 60, Cancelled.*attempt 2/).waitFor();
  });

  it('opens the log of a finished job as a read-only document', async () => {
    const { workbench } = use;
    await workbench.run(`printf '\\033[31mred\\033[0m and plain\\nsecond line\\n'; exit 3`);
    const row = workbench.job(/red.*, Failed, exit code 3/);
    // Select the row first, which only succeeds once: a click during a tree update has no target
    // (microsoft/vscode#144250).
    await workbench.openPage(row, /red/);
    await workbench.clickButton(row, 'Open Log');
    const editor = workbench.page.locator('.monaco-editor .view-lines');
    await editor.getByText('second line').waitFor();
    await workbench.photograph('log-document');
    await editor.getByText('second line').click();
    await workbench.page.keyboard.type('x');
    await workbench.page.locator('.monaco-editor-overlaymessage').waitFor();
  });
});
