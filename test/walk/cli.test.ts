import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../tools/host/processes.ts';
import { useEditor } from './useEditor.ts';

describe('The command line tool', () => {
  const home = mkdtempSync(join(tmpdir(), 'jobdeck-home-'));
  const command = join(home, '.local', 'bin', 'jobdeck');
  const use = useEditor({ env: { HOME: home, SHELL: '/bin/bash' } });
  after(() => rmSync(home, { recursive: true }));

  const notification = (text: string) =>
    use.workbench.page.locator('.notification-list-item', { hasText: text }).first();

  it('is installed after confirmation, and the user learns how to extend the PATH', async () => {
    const { workbench } = use;
    const { page } = workbench;
    await workbench.command('Jobdeck: Install Command Line Tool…');
    const dialog = page.locator('.monaco-dialog-box', { hasText: 'Install the command “jobdeck”?' });
    await dialog.getByText(command).waitFor();
    await workbench.photograph('cli-install');
    await dialog.getByRole('button', { name: 'Install' }).click();
    await workbench.command('Notifications: Show Notifications');
    await notification('which is not on your PATH. To add it, run:').waitFor();
    await workbench.photograph('cli-installed');
    await notification('not on your PATH').getByRole('button', { name: 'Copy Command' }).click();
    const { code, output } = await run(command, ['--version'], { env: { ...process.env, HOME: home } });
    assert.deepEqual([code, /^\d+\.\d+\.\d+/.test(output)], [0, true], output);
  });

  it('is removed', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Uninstall Command Line Tool');
    await workbench.command('Notifications: Show Notifications');
    await notification('The command “jobdeck” was removed from').waitFor();
    assert.ok(!existsSync(command));
  });
});
