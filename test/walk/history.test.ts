import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { feedHistory } from '../../shared/wire.ts';
import { fillHistory } from '../support/history.ts';
import { useEditor } from './useEditor.ts';
import { succeeds } from './workbench.ts';

describe('A long history', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  /** The row with the keyboard focus. */
  const focused = () => use.workbench.section('Jobs').locator('.monaco-list-row.focused');
  const more = () => use.workbench.job(/^Load More…/);
  const group = (name: RegExp) => use.workbench.job(name);
  const dialog = () => use.workbench.page.locator('.monaco-dialog-box');

  /** Moves the keyboard focus to the rows. */
  async function focusRows(): Promise<void> {
    await use.workbench.command('Focus on Jobs View');
    await use.workbench.section('Jobs').locator('.monaco-list:focus').waitFor();
  }

  /** Selects an item in the view's “…” menu with the mouse. */
  async function fromMenu(name: string): Promise<void> {
    const jobs = use.workbench.section('Jobs');
    const item = use.workbench.page.getByRole('menuitem', { name });
    // When the view's content changes, it re-renders its buttons and closes an open menu.
    for (;;) {
      await jobs.locator('.pane-header').hover();
      await jobs.getByRole('button', { name: /More Actions/ }).click();
      if (await succeeds(item.click({ timeout: 5_000 }))) return;
      await use.workbench.page.keyboard.press('Escape');
    }
  }

  before(async function () {
    this.timeout(120_000);
    const { workbench, editor } = use;
    await workbench.run('true');
    await workbench.job(/^true, Completed/).waitFor();
    const info = await readDaemonInfo(editor.home);
    if (info === null) throw new Error('The daemon is not running.');
    const client = new DaemonClient(info);
    await fillHistory(client, 40, 'deploy');
    await fillHistory(client, feedHistory + 10, 'nightly');
    client.close();
  });

  it('loads more with the keyboard: End, then Enter', async () => {
    const { workbench } = use;
    await focusRows();
    // It becomes the last row when the daemon has reported that there are more jobs.
    const last = focused().filter({ hasText: 'Load More…' });
    do await workbench.page.keyboard.press('End');
    while (!(await succeeds(last.waitFor({ timeout: 1_000 }))));
    await workbench.photograph('history-more');
    await workbench.page.keyboard.press('Enter');
    await more().waitFor({ state: 'detached' });
    // The first of the new rows has the focus.
    await focused()
      .filter({ hasText: /nightly|deploy/ })
      .waitFor();
    // The oldest row becomes the last one when the view has rendered all of the new rows.
    const oldest = focused().filter({ hasText: 'true' });
    do await workbench.page.keyboard.press('End');
    while (!(await succeeds(oldest.waitFor({ timeout: 1_000 }))));
    await workbench.photograph('history-loaded');
  });

  it('is sorted and grouped from the view’s menu', async () => {
    const { workbench } = use;
    await fromMenu('Sort and Group Jobs…');
    const type = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Type' });
    await type.waitFor();
    await workbench.photograph('arrange');
    await type.click();
    await focusRows();
    await workbench.page.keyboard.press('Home');
    await group(/^deploy \(\d+\)/).waitFor();
    await workbench.command('Jobdeck: Sort and Group Jobs…');
    await workbench.answer('Title');
    await workbench.job(/^deploy 1, Completed/).waitFor();
    await workbench
      .section('Jobs')
      .locator('.pane-header .description', { hasText: 'by type · sorted by title' })
      .waitFor();
    await workbench.photograph('history-by-type');
  });

  it('stays sorted and grouped after reloading the window', async () => {
    const { workbench } = use;
    // Not with the browser: VS Code only saves its state when it closes the window itself.
    await Promise.all([workbench.page.waitForEvent('load'), workbench.command('Developer: Reload Window')]);
    await workbench.page.locator('.monaco-workbench').waitFor();
    await workbench
      .section('Jobs')
      .locator('.pane-header .description', { hasText: 'by type · sorted by title' })
      .waitFor();
    await group(/^nightly \(\d+\)/).waitFor();
  });

  it('is filtered with the mouse, and all matching jobs are removed after confirmation', async () => {
    const { workbench } = use;
    await workbench.section('Jobs').locator('.pane-header').hover();
    await workbench.section('Jobs').getByRole('button', { name: 'Filter Jobs…' }).click();
    const list = workbench.page.locator('.quick-input-list');
    await list.locator('.monaco-list-row', { hasText: 'deploy' }).click();
    await workbench.photograph('history-filter');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText(/^Filtered by deploy: \d+ jobs\.$/).waitFor();
    await fromMenu('Remove All Matching Jobs…');
    await dialog().getByText('Remove 40 jobs and their logs?').waitFor();
    await workbench.photograph('remove-all-that-match');
    // Enter must not remove anything.
    await workbench.page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'hidden' });
    await workbench.page.getByText(/^Filtered by deploy: 40 jobs\.$/).waitFor();
    await fromMenu('Remove All Matching Jobs…');
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await workbench.page.getByText('Removed 40 jobs.').waitFor();
    await workbench.page.getByText(/^Filtered by deploy: 0 /).waitFor();
    await workbench.photograph('removed-all-that-match');
  });

  it('is searched with the keyboard, and all matching jobs are retried or cancelled', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Clear Job Filter');
    for (const name of ['alpha', 'beta']) await workbench.run(`sleep 300 # ${name}`);
    await workbench.waitForStatus('2 jobs running.');
    await workbench.command('Jobdeck: Search Jobs…');
    await workbench.input.fill('sleep 300');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText(/^Filtered by “sleep 300”: 2 jobs\.$/).waitFor();
    await workbench.command('Jobdeck: Cancel All Matching Jobs…');
    await dialog().getByText('Cancel 2 jobs?').waitFor();
    await dialog().getByRole('button', { name: 'Yes, Cancel Jobs' }).click();
    await workbench.job(/^sleep 300 # alpha, Cancelled/).waitFor();
    await workbench.job(/^sleep 300 # beta, Cancelled/).waitFor();
  });

  it('opens its list from a page without the page’s focus closing it', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Show Job Statistics');
    const page = workbench.panel();
    await page.getByRole('heading', { name: 'Jobs per Day' }).click();
    await workbench.command('Jobdeck: Sort and Group Jobs…');
    await workbench.answer('Status');
    await page.getByRole('button', { name: 'nightly' }).first().click();
    await workbench.page.getByText(/^Filtered by nightly · ended since \d{4}-\d\d-\d\d: \d+ jobs/).waitFor();
    await workbench.photograph('history-from-statistics');
    await group(/^Failed \(|^Recent \(/)
      .first()
      .waitFor();
  });
});
