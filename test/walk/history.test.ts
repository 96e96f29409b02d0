import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { feedHistory } from '../../shared/wire.ts';
import { fillHistory } from '../support/history.ts';
import { useEditor } from './useEditor.ts';
import { done } from './workbench.ts';

describe('A long history', () => {
  const use = useEditor({ settings: { 'jobdeck.log.openOnStart': false } });

  /** The row that has the keys. */
  const focused = () => use.workbench.section('Jobs').locator('.monaco-list-row.focused');
  const more = () => use.workbench.job(/^Load More…/);
  const group = (name: RegExp) => use.workbench.job(name);
  const dialog = () => use.workbench.page.locator('.monaco-dialog-box');

  /** Gives the rows the keys. */
  async function focusRows(): Promise<void> {
    await use.workbench.command('Focus on Jobs View');
    await use.workbench.section('Jobs').locator('.monaco-list:focus').waitFor();
  }

  /** Chooses from the menu “…” of the view by click. */
  async function fromMenu(name: string): Promise<void> {
    const jobs = use.workbench.section('Jobs');
    const item = use.workbench.page.getByRole('menuitem', { name });
    // The view draws its buttons anew when what it shows changes, and closes a menu that has just opened.
    for (;;) {
      await jobs.locator('.pane-header').hover();
      await jobs.getByRole('button', { name: /More Actions/ }).click();
      if (await done(item.click({ timeout: 5_000 }))) return;
      await use.workbench.page.keyboard.press('Escape');
    }
  }

  before(async function () {
    this.timeout(120_000);
    const { workbench, editor } = use;
    await workbench.run('true');
    await workbench.job(/^true, Completed/).waitFor();
    const info = await readDaemonInfo(editor.home);
    if (info === null) throw new Error('The daemon is not there.');
    const client = new DaemonClient(info);
    await fillHistory(client, 40, 'deploy');
    await fillHistory(client, feedHistory + 10, 'nightly');
    client.close();
  });

  it('is loaded by keys alone: to the last row, and Enter', async () => {
    const { workbench } = use;
    await focusRows();
    // It is the last row as soon as the daemon has said that there is more.
    const last = focused().filter({ hasText: 'Load More…' });
    do await workbench.page.keyboard.press('End');
    while (!(await done(last.waitFor({ timeout: 1_000 }))));
    await workbench.photograph('history-more');
    await workbench.page.keyboard.press('Enter');
    await more().waitFor({ state: 'detached' });
    // The first of those that came has the keys.
    await focused()
      .filter({ hasText: /nightly|deploy/ })
      .waitFor();
    await workbench.page.keyboard.press('End');
    await focused().filter({ hasText: 'true' }).waitFor();
    await workbench.photograph('history-loaded');
  });

  it('is sorted and grouped from the menu of the view', async () => {
    const { workbench } = use;
    await fromMenu('Sort and Group…');
    const type = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Type' });
    await type.waitFor();
    await workbench.photograph('arrange');
    await type.click();
    await focusRows();
    await workbench.page.keyboard.press('Home');
    await group(/^deploy \(\d+\)/).waitFor();
    await workbench.command('Jobdeck: Sort and Group…');
    await workbench.answer('Title');
    await workbench.job(/^deploy 1, Completed/).waitFor();
    await workbench
      .section('Jobs')
      .locator('.pane-header .description', { hasText: 'by type · sorted by title' })
      .waitFor();
    await workbench.photograph('history-by-type');
  });

  it('is as sorted and grouped after the window was reloaded', async () => {
    const { workbench } = use;
    // Not by the browser: VS Code keeps what is open when it is told to close.
    await Promise.all([workbench.page.waitForEvent('load'), workbench.command('Developer: Reload Window')]);
    await workbench.page.locator('.monaco-workbench').waitFor();
    await workbench
      .section('Jobs')
      .locator('.pane-header .description', { hasText: 'by type · sorted by title' })
      .waitFor();
    await group(/^nightly \(\d+\)/).waitFor();
  });

  it('is found by a filter, by click, and all that matches is removed after a question', async () => {
    const { workbench } = use;
    await workbench.section('Jobs').locator('.pane-header').hover();
    await workbench.section('Jobs').getByRole('button', { name: 'Filter…' }).click();
    const list = workbench.page.locator('.quick-input-list');
    await list.locator('.monaco-list-row', { hasText: 'deploy' }).click();
    await workbench.photograph('history-filter');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText(/^Only deploy: \d+ jobs\.$/).waitFor();
    await fromMenu('Remove All That Match…');
    await dialog().getByText('Remove 40 jobs and their logs?').waitFor();
    await workbench.photograph('remove-all-that-match');
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await workbench.page.getByText('40 jobs are removed.').waitFor();
    await workbench.page.getByText(/^Only deploy: 0 /).waitFor();
    await workbench.photograph('removed-all-that-match');
  });

  it('is searched, and all that matches is retried or cancelled, by keys alone', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Clear Filter');
    for (const name of ['alpha', 'beta']) await workbench.run(`sleep 300 # ${name}`);
    await workbench.waitForStatus('2 jobs running.');
    await workbench.command('Jobdeck: Search…');
    await workbench.input.fill('sleep 300');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText(/^Only “sleep 300”: 2 jobs\.$/).waitFor();
    await workbench.command('Jobdeck: Cancel All That Match…');
    await dialog().getByText('Cancel 2 jobs?').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.job(/^sleep 300 # alpha, Cancelled/).waitFor();
    await workbench.job(/^sleep 300 # beta, Cancelled/).waitFor();
  });

  it('is led to from a page, whose focus does not close the list', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Show Statistics');
    const page = workbench.panel();
    await page.getByRole('heading', { name: 'Jobs per Day' }).click();
    await workbench.command('Jobdeck: Sort and Group…');
    await workbench.answer('Status');
    await page.getByRole('button', { name: 'nightly' }).first().click();
    await workbench.page.getByText(/^Only nightly · ended since \d{4}-\d\d-\d\d: \d+ jobs/).waitFor();
    await workbench.photograph('history-from-statistics');
    await group(/^Failed \(|^Recent \(/)
      .first()
      .waitFor();
  });
});
