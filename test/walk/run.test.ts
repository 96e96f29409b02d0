import assert from 'node:assert/strict';
import { useEditor } from './useEditor.ts';

describe('Running a command from the Command Palette', () => {
  const use = useEditor();
  const log = () => use.workbench.panel().locator('.xterm-rows');

  it('explains Jobdeck before the first job', async () => {
    await use.workbench.section('Jobs').getByRole('button', { name: 'Run a Command' }).waitFor();
    await use.workbench.waitForStatus('0 jobs running.');
    await use.workbench.photograph('welcome');
  });

  it('shows the running job in the tree and status bar, and its page with the live output', async () => {
    await use.workbench.run('echo one; sleep 4; echo two');
    await use.workbench.job(/^echo one; sleep 4; echo two, Running/).waitFor();
    await use.workbench.waitForStatus('1 job running.');
    await log().getByText('one').waitFor();
    await use.workbench.photograph('running');
  });

  it('shows the completed job, and the rest of its output on the page, in one tab', async () => {
    await use.workbench.job(/^echo one; sleep 4; echo two, Completed/).waitFor();
    await use.workbench.waitForStatus('0 jobs running.');
    await log().getByText('two').waitFor();
    assert.equal(await use.workbench.tab(/^echo one; sleep 4; echo two/).count(), 1);
    await use.workbench.photograph('completed');
  });

  it('runs the same command from the welcome button', async () => {
    await use.workbench.command('Jobdeck: Clear Finished Jobs');
    await use.workbench.page
      .getByRole('button', { name: /Remove|Clear/ })
      .last()
      .click();
    await use.workbench.section('Jobs').getByRole('button', { name: 'Run a Command' }).click();
    await use.workbench.answer('echo from the welcome view');
    await use.workbench.job(/^echo from the welcome view, Completed/).waitFor();
  });
});
