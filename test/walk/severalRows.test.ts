import assert from 'node:assert/strict';
import { useEditor } from './useEditor.ts';

describe('Several selected rows', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  it('offer what applies to any of them, and a command says which ones it left out', async () => {
    const { workbench } = use;
    const { page } = workbench;
    await use.jobdeck('submit', '--', 'sh', '-c', 'exit 3');
    await use.jobdeck('submit', '--', 'true');
    await use.jobdeck('submit', '--', 'sleep', '600');
    const running = workbench.job(/^sleep 600, Running/);
    const completed = workbench.job(/^true, Completed/);
    await running.waitFor();
    await workbench.job(/exit 3.*Failed/).waitFor();
    await completed.waitFor();
    await workbench.openPage(running, 'sleep 600');
    await completed.click({ modifiers: ['Shift'] });
    let items: string[] = [];
    await workbench.chooseInMenu(completed, 'Cancel Job', async () => {
      items = await page.locator('.monaco-menu').getByRole('menuitem').allTextContents();
      await workbench.photograph('several-rows');
    });
    for (const title of ['Cancel Job', 'Pause Job', 'Retry Job', 'Run Job Again', 'Remove Job…', 'Copy Job ID'])
      assert.ok(
        items.some((item) => item.startsWith(title)),
        `${title} is not in ${items.join(', ')}`,
      );
    assert.ok(!items.some((item) => item.startsWith('Open Log')), 'for one job only');
    await workbench.command('Notifications: Show Notifications');
    await page
      .locator('.notification-list-item', { hasText: 'Applies to 1 of the 3 selected jobs. Left out:' })
      .waitFor();
    await workbench.job(/^sleep 600, Cancelled/).waitFor();
  });
});
