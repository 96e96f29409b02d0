import { useEditor } from './useEditor.ts';

describe('A terminal of the editor', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  it('has the command jobdeck, which shows the jobs of the window', async () => {
    const { workbench } = use;
    const { page } = workbench;
    await workbench.run('echo from the editor');
    await workbench.job(/^echo from the editor, Completed/).waitFor();
    await workbench.command('Terminal: Create New Terminal');
    const rows = page.locator('.terminal-wrapper.active .xterm-rows');
    // What is typed before the prompt is there may get lost while the shell starts.
    await rows.filter({ hasText: /[#$%>]/ }).waitFor();
    await page.locator('.terminal-wrapper.active .xterm-screen').click();
    await page.keyboard.type('jobdeck ls\n');
    await rows.filter({ hasText: /STATUS\s+TITLE.*Completed\s+echo\sfrom\sthe\seditor/ }).waitFor();
    await workbench.photograph('terminal');
  });
});
