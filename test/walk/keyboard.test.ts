import { useEditor } from './useEditor.ts';

describe('Without a mouse', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  it('runs a job and opens its details from the list of jobs', async () => {
    const { workbench } = use;
    await workbench.run('echo keys; sleep 60');
    await workbench.job(/^echo keys; sleep 60, Running/).waitFor();
    await workbench.command('Jobdeck: Show Jobs');
    await workbench.answer('keys');
    await workbench.panel().getByText('keys').first().waitFor();
    await workbench.photograph('keyboard-details');
  });

  it('focuses its row in the tree and opens the details from there', async () => {
    const { workbench } = use;
    await workbench.command('View: Close Editor');
    await workbench.command('Focus on Jobs View');
    const jobs = workbench.section('Jobs');
    await jobs.locator('.monaco-list:focus').waitFor();
    await workbench.page.keyboard.press('Home');
    await jobs.locator('.monaco-list-row.focused', { hasText: 'Running' }).waitFor();
    await workbench.page.keyboard.press('ArrowDown');
    await jobs.locator('.monaco-list-row.focused', { hasText: 'echo keys' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.panel().getByText('keys').first().waitFor();
  });

  it('cancels it from the Command Palette', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Cancel Job');
    await workbench.answer('keys');
    await workbench.job(/^echo keys; sleep 60, Cancelled/).waitFor();
  });

  it('opens a log, retries and removes from the Command Palette', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Open Log');
    await workbench.answer('keys');
    await workbench.page.locator('.monaco-editor .view-lines').getByText('keys').waitFor();
    await workbench.command('Jobdeck: Retry Job');
    await workbench.answer('keys');
    await workbench.job(/^echo keys; sleep 60, Running.*attempt 2/).waitFor();
    await workbench.command('Jobdeck: Cancel Job');
    await workbench.answer('keys');
    await workbench.job(/^echo keys; sleep 60, Cancelled.*attempt 2/).waitFor();
  });
});
