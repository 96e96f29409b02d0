import { useEditor } from './useEditor.ts';

describe('A terminal of the editor', () => {
  const use = useEditor({ settings: { 'jobdeck.log.openOnStart': false } });

  it('has the command jobdeck', async () => {
    const { workbench } = use;
    await workbench.run('echo from the editor');
    await workbench.job(/^echo from the editor, Completed/).waitFor();
    await workbench.command('Terminal: Create New Terminal');
    const terminal = workbench.page.locator('.terminal-wrapper.active');
    await terminal.locator('.xterm-helper-textarea').waitFor({ state: 'attached' });
    await terminal.locator('.xterm-screen').click();
    await workbench.page.keyboard.type('jobdeck ls\n');
    await terminal.locator('.xterm-rows').getByText('echo from the editor').waitFor();
    await workbench.photograph('terminal');
  });
});
