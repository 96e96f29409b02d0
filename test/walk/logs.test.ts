import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useEditor } from './useEditor.ts';

const output = [
  '::group::Install',
  'added 12 packages',
  '::endgroup::',
  '::group::Compile',
  'checkout.ts(2,7): \u001b[31merror\u001b[0m TS2322: Type string is not assignable to type number.',
  '::endgroup::',
  '',
].join('\n');

describe('Logs', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'log' } }, (folder) => {
    writeFileSync(
      join(folder, 'checkout.ts'),
      'export function total(): number {\n  const sum: number = "1";\n  return sum;\n}\n',
    );
    writeFileSync(join(folder, 'output.txt'), output);
  });

  it('of running jobs keep the scroll position', async () => {
    const { workbench } = use;
    await workbench.run(
      'for i in $(seq 200); do echo early $i; done; for i in $(seq 90); do echo late $i; sleep 0.5; done',
    );
    await workbench.terminal.getByText('late 2', { exact: true }).waitFor();
    const rows = workbench.terminal.locator('> div');
    await workbench.terminal.click({ force: true });
    const late = workbench.terminal.getByText(/^late \d+$/);
    while ((await late.count()) > 0) await workbench.page.keyboard.press('Shift+PageUp');
    const [first] = await rows.allTextContents();
    await workbench.page.waitForTimeout(1_500); // New lines arrive in the meantime and must not scroll it.
    assert.equal((await rows.allTextContents())[0], first);
    await workbench.page.keyboard.press('Control+End');
    await late.first().waitFor();
    await workbench.clickButton(workbench.job(/^for i in \$\(seq 200.*, Running/), 'Cancel Job');
    await workbench.job(/^for i in \$\(seq 200.*, Cancelled/).waitFor();
  });

  it('of failed jobs fold and link to the source of the error', async () => {
    const { workbench } = use;
    await workbench.run('cat output.txt; sleep 1; exit 1');
    const row = workbench.job(/^cat output.txt.*, Failed/);
    await row.waitFor();
    await workbench.clickButton(row, 'Open Log');
    const editor = workbench.page.locator('.editor-instance .monaco-editor');
    await editor.getByText('Open checkout.ts:2:7').first().waitFor();
    await editor.locator('.codicon-folding-expanded').first().waitFor();
    await workbench.photograph('log-failed');
    await editor.getByText('Open checkout.ts:2:7').first().click();
    await workbench.page.locator('.tab.active', { hasText: 'checkout.ts' }).waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: 'Ln 2, Col 7' }).waitFor();
  });
});
