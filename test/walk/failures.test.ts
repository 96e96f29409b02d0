/** What a failed job says, and where it leads: its row, its notification and its log. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useEditor } from './useEditor.ts';

const output = `=================================== FAILURES ===================================
________________________________ test_discount _________________________________

    def test_discount():
>       assert discount(100, 10) == 80
E       assert 90.0 == 80

test_shop.py:9: AssertionError
=========================== short test summary info ============================
FAILED test_shop.py::test_discount - assert 90.0 == 80
========================= 1 failed, 1 passed in 0.02s ==========================
`;
const said = '1 failed, 1 passed: test_discount';

describe('A failed job', () => {
  const use = useEditor({ settings: { 'jobdeck.log.openOnStart': true } }, (folder) => {
    writeFileSync(join(folder, 'output.txt'), output);
    writeFileSync(join(folder, 'test_shop.py'), `${'\n'.repeat(8)}    assert discount(100, 10) == 80\n`);
  });
  const messages = () => use.workbench.page.locator('.notification-list-item-message');

  it('causes no notification while its log is in front', async () => {
    const { workbench } = use;
    await workbench.run('cat output.txt; exit 1');
    await workbench.job(new RegExp(`Failed, ${said}`)).waitFor();
    // A notification would appear after a second, and this job ends later than that.
    await workbench.run('sleep 2');
    await workbench.job(/^sleep 2, Completed/).waitFor();
    await workbench.command('Notifications: Show Notifications');
    await workbench.page.getByText('No new notifications').waitFor({ state: 'attached' });
    assert.equal(await messages().count(), 0);
    await workbench.photograph('failure-row');
  });

  it('begins its notification with the cause, which opens the source and selects the row', async () => {
    const { workbench } = use;
    await use.jobdeck('run', '--detach', '--name', 'shop tests', '--', 'sh', '-c', 'cat output.txt; exit 1');
    const message = messages().filter({ hasText: 'shop tests' });
    await workbench.job(/^shop tests, Failed/).waitFor();
    await workbench.command('Notifications: Show Notifications');
    await message.waitFor();
    assert.equal(await message.textContent(), `${said} · “shop tests” failed`);
    await workbench.photograph('failure-notification');
    await workbench.page.getByRole('button', { name: 'Open test_shop.py:9' }).click();
    await workbench.page.getByRole('tab', { name: 'test_shop.py', selected: true }).waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: 'Ln 9' }).waitFor();
    await workbench.section('Jobs').locator('.monaco-list-row.selected', { hasText: 'shop tests' }).waitFor();
    await workbench.photograph('failure-source');
  });

  it('shares one notification with others that end at the same time', async () => {
    const { workbench } = use;
    const waits = 'while [ ! -e go ]; do sleep 0.05; done; exit 3';
    for (const name of ['one', 'two', 'three']) {
      await use.jobdeck('run', '--detach', '--name', name, '--', 'sh', '-c', waits);
      await workbench.job(new RegExp(`^${name}, Running`)).waitFor();
    }
    await workbench.command('Notifications: Clear All Notifications');
    writeFileSync(join(use.editor.folder, 'go'), '');
    await workbench.job(/^one, Failed/).waitFor();
    await workbench.command('Notifications: Show Notifications');
    await messages()
      .filter({ hasText: /^3 jobs failed: / })
      .waitFor();
    assert.equal(await messages().count(), 1);
    await workbench.photograph('failure-several');
  });
});
