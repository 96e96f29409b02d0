import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useEditor } from './useEditor.ts';

describe('Project scripts', () => {
  const use = useEditor({}, (folder) => {
    const scripts = { greet: 'echo greetings', fail: 'exit 4' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'walked', scripts }, null, 2));
  });

  it('are listed and run with a click', async () => {
    const { workbench } = use;
    const script = workbench.section('Scripts').getByRole('treeitem', { name: /greet/ });
    await workbench.clickButton(script, 'Run Script');
    await workbench.job(/greet.*, Completed/).waitFor();
    await workbench.panel().locator('.xterm-rows').getByText('greetings', { exact: true }).waitFor();
    await workbench.photograph('scripts');
  });

  it('are offered in the Command Palette', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Run Command…');
    await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'greet' }).first().waitFor();
    await workbench.photograph('run-picker');
    await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'fail' }).first().click();
    await workbench.job(/fail.*, Failed, exit code 4/).waitFor();
  });
});
