import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useEditor } from './useEditor.ts';

describe('Without a mouse', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } }, (folder) =>
    writeFileSync(join(folder, 'broken.py'), 'raise ValueError("no luck")\n'),
  );
  const jobs = () => use.workbench.section('Jobs');
  const press = (key: string) => use.workbench.page.keyboard.press(key);

  /** Moves the focus to the row of a job with the arrow keys, which leaves the selection where it is. */
  async function focusRow(title: string): Promise<void> {
    const { workbench } = use;
    await workbench.command('Focus on Jobs View');
    await jobs().locator('.monaco-list:focus').waitFor();
    await press('Home');
    await jobs().locator('.monaco-list-row[aria-level="1"].focused').waitFor();
    const focused = jobs().locator('.monaco-list-row.focused');
    const rows = await jobs().locator('.monaco-list-row').count();
    for (let row = 0; row < rows && !(await focused.textContent())?.includes(title); row += 1) {
      const before = await focused.getAttribute('data-index');
      await press('ArrowDown');
      await jobs().locator(`.monaco-list-row.focused:not([data-index="${before}"])`).waitFor();
    }
    await focused.filter({ hasText: title }).waitFor();
  }

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
    await focusRow('echo keys');
    await press('Enter');
    await workbench.panel().getByText('keys').first().waitFor();
  });

  it('cancels the job of the page in front from the Command Palette, without being asked', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Cancel Job…');
    await workbench.job(/^echo keys; sleep 60, Cancelled/).waitFor();
  });

  it('opens its log, retries and cancels from the Command Palette', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Open Job Log…');
    await workbench.page.locator('.monaco-editor .view-lines').getByText('keys').waitFor();
    await workbench.command('Jobdeck: Retry Job…');
    await workbench.job(/^echo keys; sleep 60, Running.*attempt 2/).waitFor();
    await workbench.command('Jobdeck: Cancel Job…');
    await workbench.job(/^echo keys; sleep 60, Cancelled.*attempt 2/).waitFor();
  });

  it('is asked which job to cancel if several run and none is in view', async () => {
    const { workbench } = use;
    await workbench.command('View: Close All Editors');
    for (const name of ['left', 'right']) await use.jobdeck('submit', '--title', name, '--', 'sleep', '60');
    await workbench.job(/^left, Running/).waitFor();
    await workbench.job(/^right, Running/).waitFor();
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    await jobs().waitFor({ state: 'hidden' });
    await workbench.command('Jobdeck: Cancel Job…');
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'right' }).waitFor();
    await workbench.photograph('keyboard-cancel-which');
    await workbench.answer('left');
    await workbench.command('Focus on Jobs View');
    await workbench.job(/^left, Cancelled/).waitFor();
    await workbench.job(/^right, Running/).waitFor();
  });

  it('cancels, retries and reads the log of the focused row with keys, and sees them in its menu', async () => {
    const { workbench } = use;
    await focusRow('right');
    await press('Shift+F10');
    const menu = workbench.page.locator('.monaco-menu');
    await menu.getByRole('menuitem', { name: 'Cancel Job' }).waitFor();
    await workbench.photograph('keyboard-menu');
    assert.match((await menu.textContent()) ?? '', /Open Log.*Ctrl\+Enter.*Cancel Job.*Ctrl\+\./);
    await press('Escape');
    await focusRow('right');
    await press('Control+.');
    await workbench.job(/^right, Cancelled/).waitFor();
    await focusRow('right');
    await press('Control+r');
    await workbench.job(/^right, Running.*attempt 2/).waitFor();
    await focusRow('left');
    await press('Control+Enter');
    await workbench.tab(/left #1/).waitFor();
    assert.equal(await workbench.job(/^left, Cancelled/).count(), 1);
  });

  it('opens the source of the error with F4, and removes the job with Delete', async () => {
    const { workbench } = use;
    await use.jobdeck('submit', '--title', 'broken', '--', 'python3', 'broken.py');
    await workbench.job(/^broken, Failed/).waitFor();
    await focusRow('broken');
    await press('F4');
    await workbench.tab(/broken\.py/).waitFor();
    await workbench.photograph('keyboard-source');
    await focusRow('broken');
    await press('Delete');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('Remove this job and its logs?').waitFor();
    // Enter alone keeps the job.
    await dialog.locator('.monaco-button:focus', { hasText: 'Keep' }).waitFor();
    await press('ArrowRight');
    await dialog.locator('.monaco-button:focus', { hasText: 'Remove' }).waitFor();
    await press('Enter');
    await workbench.job(/^broken/).waitFor({ state: 'detached' });
  });
});
