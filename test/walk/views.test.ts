import assert from 'node:assert/strict';
import { useEditor } from './useEditor.ts';
import { type Theme, themes, type Workbench } from './workbench.ts';

/** Expands a view that is collapsed by default. */
async function unfold(workbench: Workbench, name: string): Promise<void> {
  const header = workbench.section(name).locator('.pane-header');
  if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
}

describe('Schedules, queues and statistics', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  const jobdeck = (...args: string[]) => use.jobdeck(...args);
  const queue = () =>
    use.workbench.section('Queues').getByRole('treeitem', { name: 'Queue gpu, 1 of 1 running · 1 waiting' });

  it('have content', async () => {
    const { workbench } = use;
    await jobdeck('queue', 'set', 'gpu', '--concurrency', '1');
    for (const [name, cron, line] of [
      ['nightly-build', '0 2 * * *', 'sleep 1'],
      ['backup', '@hourly', 'exit 3'],
      ['weekly-report', '0 8 * * 1', 'true'],
    ] as const) {
      await jobdeck('schedule', 'add', name, '--cron', cron, '--type', name, '--', line);
    }
    for (const name of ['nightly-build', 'backup', 'backup']) await jobdeck('schedule', 'run', name);
    await jobdeck('schedule', 'pause', 'weekly-report');
    for (const seconds of ['0.2', '0.5', '1.5']) {
      await jobdeck('submit', '--type', 'train', '--title', 'Train', '--shell', '--', `sleep ${seconds}`);
    }
    await jobdeck('submit', '--queue', 'gpu', '--title', 'Long', '--', 'sleep', '600');
    await jobdeck('submit', '--queue', 'gpu', '--title', 'Next', '--', 'sleep', '600');

    await unfold(workbench, 'Schedules');
    const schedules = workbench.section('Schedules');
    const backup = schedules.getByRole('treeitem', { name: /^Schedule backup, every hour · next in .*Failed/ });
    await backup.waitFor();
    await schedules
      .getByRole('treeitem', { name: /^Schedule weekly-report, every Monday at 08:00 · paused/ })
      .waitFor();
    // A click shows the last job; the arrow key shows the runs.
    await backup.click();
    await backup.press('ArrowRight');
    await schedules
      .getByRole('treeitem', { name: /Failed, .*exit code 3.*manual run/ })
      .first()
      .waitFor();
    await unfold(workbench, 'Queues');
    await queue().waitFor();
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`are captured in the ${themes[theme].name} theme`, async () => {
      const { workbench } = use;
      await workbench.wear(theme);
      await workbench.command('Jobdeck: Show Job Statistics');
      const page = workbench.panel();
      await page.getByRole('heading', { name: 'Jobs per Day' }).waitFor();
      const legend = page.getByRole('button', { name: /^Failed 2/ });
      await legend.waitFor();
      // The legend has the texture of the bars.
      const texture = legend.locator('.texture');
      assert.match(await texture.evaluate((rect) => getComputedStyle(rect).fill), /texture-failed/);
      await queue().hover();
      await workbench.photograph(`views-${theme}`);
      await page.getByText('Show as Table').click();
      await workbench.photograph(`stats-${theme}-table`);
      // So that the page is created again in the next theme.
      await workbench.command('View: Close All Editors');
    });
  }

  it('link from the statistics to the jobs of a type', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Show Job Statistics');
    await workbench.panel().getByRole('button', { name: 'train' }).first().click();
    await workbench
      .job(/^Train, Completed/)
      .first()
      .waitFor();
    await workbench.job(/^Long/).waitFor({ state: 'detached' });
  });

  it('are used with the keyboard, and the statistics are restored with the window', async () => {
    const { workbench } = use;
    const chosen = workbench.panel().getByRole('button', { name: 'Last 7 Days', pressed: true });
    await workbench.panel().getByRole('button', { name: 'Last 7 Days' }).press('Enter');
    await chosen.waitFor();
    // Not with the browser: VS Code only saves its state when it closes the window itself.
    await Promise.all([workbench.page.waitForEvent('load'), workbench.command('Developer: Reload Window')]);
    await workbench.page.locator('.monaco-workbench').waitFor();
    await chosen.waitFor();
    await workbench.panel().getByRole('heading', { name: 'Duration by Type' }).waitFor();
  });
});
