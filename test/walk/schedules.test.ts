import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useEditor } from './useEditor.ts';

const definitions = `{
  "jobs": {
    "report": {
      "command": "./report.sh --weekly",
      "schedule": "0 8 * * 1"
    },
    "typed": { "command": "true", "type": "shell" }
  }
}
`;

describe('Schedules', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } }, (folder) => {
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(join(folder, '.vscode', 'jobs.json'), definitions);
  });

  it('that are not active say so in the view and above their definitions', async () => {
    const { workbench } = use;
    const { page } = workbench;
    const header = workbench.section('Schedules').locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
    const row = workbench
      .section('Schedules')
      .getByRole('treeitem', { name: 'Schedule report, every Monday at 08:00 · not active' });
    await row.click();
    await workbench.tab('jobs.json').waitFor();
    await page.locator('.codelens-decoration a', { hasText: 'Schedule not active · Activate' }).waitFor();
    await page.locator('.codelens-decoration a', { hasText: 'The name of the job is its type.' }).waitFor();
    await row.hover();
    await workbench.photograph('schedules-inactive');
  });

  it('are created with the keyboard, and activated after a look at what would run', async () => {
    const { workbench } = use;
    const { page } = workbench;
    const focused = (text: string) => page.locator('.quick-input-list .monaco-list-row.focused', { hasText: text });
    const message = (text: string) => page.locator('.quick-input-message', { hasText: text });
    const enter = () => page.keyboard.press('Enter');
    await workbench.command('Jobdeck: New Schedule…');
    await page.getByText('Recent commands').or(workbench.input).first().waitFor();
    await workbench.input.fill('python3 src/train.py --epochs 3');
    await focused('python3 src/train.py').waitFor();
    await workbench.photograph('schedules-new-what');
    await enter();
    await focused('Every Day').waitFor();
    await workbench.photograph('schedules-new-when');
    for (let below = 0; below < 4; below += 1) await page.keyboard.press('ArrowDown');
    await focused('Cron Expression').waitFor();
    await enter();
    await message('Minute, hour, day').or(message('Next runs')).waitFor();
    await workbench.input.fill('0 3 * *');
    await message('4 fields').waitFor();
    await workbench.photograph('schedules-new-invalid');
    await workbench.input.fill('30 3 * * *');
    await message('Next runs').waitFor();
    await workbench.photograph('schedules-new-cron');
    await enter();
    await focused('Next runs').waitFor();
    await workbench.photograph('schedules-new-options');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Time Zone' }).click();
    await focused('Time Zone of This Machine').waitFor();
    await workbench.photograph('schedules-new-zone');
    await page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
    await focused('Create Schedule').waitFor();
    await enter();
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('train: every day at 03:30').waitFor();
    await workbench.photograph('schedules-activate');
    await dialog.getByRole('button', { name: 'Activate' }).click();
    const rows = workbench.section('Schedules').getByRole('treeitem');
    await rows
      .filter({ hasText: 'train' })
      .and(page.getByRole('treeitem', { name: /every day at 03:30 · next in/ }))
      .waitFor();
    await workbench.photograph('schedules-view');
  });

  it('are edited from their menu', async () => {
    const { workbench } = use;
    const { page } = workbench;
    const row = workbench.section('Schedules').getByRole('treeitem', { name: /^Schedule train/ });
    await workbench.chooseInMenu(row, 'Edit Schedule…', () => workbench.photograph('schedules-menu'));
    await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'Every Day' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-message', { hasText: 'Next runs' }).waitFor();
    await workbench.input.fill('4');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'Save Schedule' }).waitFor();
    await page.keyboard.press('Enter');
    await workbench
      .section('Schedules')
      .getByRole('treeitem', { name: /^Schedule train, every day at 04:00/ })
      .waitFor();
  });
});
