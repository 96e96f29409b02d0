import { useEditor } from './useEditor.ts';

describe('Running a command from the palette', () => {
  const use = useEditor();

  it('says what Jobdeck is for before the first job', async () => {
    await use.workbench.section('Jobs').getByRole('button', { name: 'Run a Command' }).waitFor();
    await use.workbench.waitForStatus('0 jobs running.');
    await use.workbench.photograph('welcome');
  });

  it('shows the job running in tree and status bar, and its output live', async () => {
    await use.workbench.run('echo one; sleep 4; echo two');
    await use.workbench.job(/^echo one; sleep 4; echo two, Running/).waitFor();
    await use.workbench.waitForStatus('1 job running.');
    await use.workbench.terminal.getByText('one').waitFor();
    await use.workbench.photograph('running');
  });

  it('shows the job completed, and how long it took at the end of its log', async () => {
    await use.workbench.job(/^echo one; sleep 4; echo two, Completed/).waitFor();
    await use.workbench.waitForStatus('0 jobs running.');
    await use.workbench.terminal.getByText('two').waitFor();
    await use.workbench.terminal.getByText(/Completed after \d+ s/).waitFor();
    await use.workbench.photograph('completed');
  });

  it('runs the welcome button’s command the same way', async () => {
    await use.workbench.command('Jobdeck: Clear Finished');
    await use.workbench.page
      .getByRole('button', { name: /Remove|Clear/ })
      .last()
      .click();
    await use.workbench.section('Jobs').getByRole('button', { name: 'Run a Command' }).click();
    await use.workbench.answer('echo from the welcome view');
    await use.workbench.job(/^echo from the welcome view, Completed/).waitFor();
  });
});
