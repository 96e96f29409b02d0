import { useEditor } from './useEditor.ts';

describe('Without a mouse', () => {
  const use = useEditor({ settings: { 'jobdeck.log.openOnStart': false } });

  it('runs a job, goes to its row, opens its details and cancels it', async () => {
    const { workbench } = use;
    const { keyboard } = workbench.page;
    await workbench.run('echo keys; sleep 60');
    await workbench.job(/^echo keys; sleep 60, Running/).waitFor();
    await workbench.command('Jobdeck: Show Jobs');
    await keyboard.press('Home');
    await keyboard.press('ArrowDown');
    await workbench.section('Jobs').locator('.monaco-list-row.focused', { hasText: 'echo keys' }).waitFor();
    await keyboard.press('Enter');
    await workbench.panel().getByText('keys').first().waitFor();
    await workbench.photograph('keyboard-details');
    await workbench.command('Jobdeck: Cancel');
    await workbench.answer('keys');
    await workbench.job(/^echo keys; sleep 60, Cancelled/).waitFor();
  });

  it('opens a log, retries and removes by the palette', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Open Log');
    await workbench.answer('keys');
    await workbench.page.locator('.monaco-editor .view-lines').getByText('keys').waitFor();
    await workbench.command('Jobdeck: Retry');
    await workbench.answer('keys');
    await workbench.job(/^echo keys; sleep 60, Running.*attempt 2/).waitFor();
    await workbench.command('Jobdeck: Cancel');
    await workbench.answer('keys');
    await workbench.job(/^echo keys; sleep 60, Cancelled.*attempt 2/).waitFor();
  });
});
