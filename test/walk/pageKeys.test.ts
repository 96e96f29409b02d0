/** Parts of the pages that are navigated with the arrow keys. */
import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { useEditor } from './useEditor.ts';

describe('With the arrow keys', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  const jobdeck = (...args: string[]) => use.jobdeck(...args);
  const finish = (title: string, line: string) =>
    jobdeck('run', '--title', title, '--type', 'check', '--shell', '--', line);
  const focused = (panel: FrameLocator) =>
    panel.locator('html').evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);

  before(async () => {
    for (const [title, line] of [
      ['Check one', 'true'],
      ['Check two', 'exit 3'],
      ['Check three', 'echo first try; test -e again || { touch again; exit 4; }; echo second try'],
    ] as const) {
      await finish(title, line);
    }
  });

  it('the user moves between runs in the duration plot and opens another job', async () => {
    const { workbench } = use;
    await workbench.openPage(workbench.job(/^Check three, Failed/), 'Check three');
    const panel = workbench.panel();
    await panel.getByRole('tab', { name: 'Details' }).click();
    const bars = panel.getByRole('toolbar', { name: /^Durations of the latest runs/ });
    await bars.getByRole('button', { name: /^This job: Failed/ }).focus();
    assert.equal(await bars.locator('[tabindex="0"]').count(), 1);
    await workbench.page.keyboard.press('Home');
    assert.match((await focused(panel)) ?? '', /^Completed, /);
    await workbench.page.keyboard.press('ArrowRight');
    assert.match((await focused(panel)) ?? '', /^Failed, /);
    assert.equal(await bars.locator('[tabindex="0"]').getAttribute('aria-label'), await focused(panel));
    await workbench.page.keyboard.press('Enter');
    await workbench.tab('Check two').waitFor();
    await workbench.panel().getByRole('heading', { name: 'Check two' }).waitFor();
  });

  it('the user moves between the parts of the page and between attempts', async () => {
    const { workbench } = use;
    await workbench.tab('Check three').click();
    const panel = workbench.panel();
    await panel.getByRole('button', { name: 'Retry', exact: true }).click();
    const attempts = panel.getByRole('combobox', { name: 'Attempt' });
    await attempts.waitFor();
    const tabs = panel.getByRole('tablist', { name: 'Parts of this page' });
    await tabs.getByRole('tab', { name: 'Log' }).click();
    await panel.locator('.log-screen').getByText('second try').waitFor();
    await attempts.focus();
    await workbench.page.keyboard.press('ArrowDown');
    await panel.getByText('This is attempt 1. The latest is attempt 2.').waitFor();
    await panel.locator('.log-screen').getByText('first try').waitFor();
    await panel.locator('.log-screen').getByText('second try').waitFor({ state: 'detached' });
    await panel.getByText('Exit code 4', { exact: true }).waitFor();
    await workbench.photograph('detail-attempt-1');
    await tabs.getByRole('tab', { selected: true }).focus();
    await workbench.page.keyboard.press('ArrowRight');
    const timeline = tabs.getByRole('tab', { name: 'Timeline', selected: true });
    await timeline.waitFor();
    assert.equal(await timeline.evaluate((tab) => document.activeElement === tab && tab.tabIndex), 0);
    assert.equal(await tabs.locator('[tabindex="0"]').count(), 1);
    await workbench.page.keyboard.press('ArrowRight');
    await panel.getByRole('tabpanel', { name: 'Attempts' }).getByRole('button', { name: 'Attempt 2' }).click();
    await panel.getByText('This is attempt 1.').waitFor({ state: 'detached' });
    await workbench.photograph('detail-attempts-table');
    await panel.getByText('Exit code 4', { exact: true }).waitFor({ state: 'detached' });
  });

  it('the user moves between bars in the daily chart and shows their jobs', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Show Job Statistics');
    const panel = workbench.panel();
    const chart = panel.getByRole('toolbar', { name: /^Jobs finished each day/ });
    await chart.getByRole('button', { name: /, Failed: 1$/ }).focus();
    await workbench.page.keyboard.press('ArrowDown');
    assert.match((await focused(panel)) ?? '', /, Completed: 2$/);
    assert.equal(await chart.locator('[tabindex="0"]').count(), 1);
    await workbench.page.keyboard.press('ArrowUp');
    await workbench.page.keyboard.press('Enter');
    await workbench.job(/^Check two, Failed/).waitFor();
    await workbench.job(/^Check one/).waitFor({ state: 'detached' });
  });
});
