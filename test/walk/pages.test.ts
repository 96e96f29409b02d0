/** Accessibility of both pages: checked with axe-core and captured in screenshots. */
import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { violations, waitUntilRendered } from './accessibility.ts';
import { useEditor } from './useEditor.ts';
import { type Theme, themes, type Workbench } from './workbench.ts';

/** Widths of the page in pixels. At 200% zoom, a page of 600 pixels has 300. */
const widths = [300, 600, 1400];
const height = 900;
/** Pixels that the activity bar takes. */
const activityBarWidth = 56;

const script = {
  steps: [
    'jobdeck step --declare fetch=Fetch,build=Build,publish=Publish',
    'jobdeck step fetch done',
    'jobdeck step build 50% -m "Module 3 of 6"',
    'printf "\\033[32mfetched\\033[0m 214 packages\\n"',
    'sleep 600',
  ].join('; '),
  result: [
    'jobdeck message "Rates were read from the file of yesterday"',
    `jobdeck result '{"rows": 1204, "skipped": 3, "files": ["a.csv", "b.csv"], "checked": true}'`,
    'echo imported',
  ].join('; '),
  error: 'echo "cp: error writing /srv/out: No space left on device" >&2; exit 1',
};

/** The checked pages: the row that opens them, their editor tab, and text that is visible when they are complete. */
const contents = [
  { name: 'running', row: /^Release, Running/, tab: /^Release/, shows: 'Module 3 of 6' },
  { name: 'failed', row: /^Copy backup, Failed/, tab: /^Copy backup/, shows: 'No space left on device' },
  { name: 'waiting', row: /^Report, /, tab: /^Report/, shows: 'on hold until released' },
  { name: 'completed', row: /^Import rates, Completed/, tab: /^Import rates/, shows: 'imported' },
  { name: 'group', row: /^Nightly, /, tab: /^Nightly/, shows: 'second' },
  { name: 'history', row: /^Compile, Failed/, tab: /^Compile/, shows: 'Exit code 3' },
] as const;
const statistics = { name: 'stats', tab: /^Job Statistics/, shows: 'Duration by Type' } as const;

/** Opens or closes all collapsible sections. */
async function toggleDetails(panel: FrameLocator, open: boolean): Promise<void> {
  await panel.locator('html').evaluate((html, isOpen) => {
    for (const one of html.querySelectorAll('details')) one.open = isOpen;
  }, open);
}

describe('The pages', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing', 'window.commandCenter': false } });
  const jobdeck = (...args: string[]) => use.jobdeck(...args);
  const submit = (title: string, type: string, line: string, ...options: string[]) =>
    jobdeck('submit', '--title', title, '--type', type, ...options, '--shell', '--', line);

  /** Fails if the page has violations, and takes a screenshot at every width. */
  async function check(workbench: Workbench, name: string): Promise<void> {
    const found = await violations(workbench.panel());
    for (const width of widths) {
      await workbench.page.setViewportSize({ width: width + activityBarWidth, height });
      await waitUntilRendered(workbench.panel());
      await workbench.photograph(`page-${name}-${width}`);
      const overflow = await workbench
        .panel()
        .locator('html')
        .evaluate((html) => html.scrollWidth - html.clientWidth);
      if (overflow > 0) found.push(`Overflows a width of ${width} by ${overflow} pixels.`);
    }
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
    await toggleDetails(workbench.panel(), true);
    found.push(...(await violations(workbench.panel())));
    await toggleDetails(workbench.panel(), false);
    assert.deepEqual(found, [], name);
  }

  /** Fails if a part of a job's page has violations. Ends with the first part. */
  async function checkParts(workbench: Workbench, name: string): Promise<void> {
    const tabs = workbench.panel().getByRole('tab');
    const found: string[] = [];
    for (const tab of (await tabs.all()).reverse()) {
      await tab.click();
      await toggleDetails(workbench.panel(), true);
      await waitUntilRendered(workbench.panel());
      found.push(...(await violations(workbench.panel())));
      await workbench.photograph(`page-${name}-${await tab.getAttribute('id')}`);
      await toggleDetails(workbench.panel(), false);
    }
    assert.deepEqual(found, [], name);
  }

  it('explain the statistics while there are none', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Show Job Statistics');
    await workbench.panel().getByText('No jobs finished in this period.').waitFor();
    for (const theme of Object.keys(themes) as Theme[]) {
      await workbench.wear(theme);
      assert.deepEqual(await violations(workbench.panel()), [], theme);
    }
    await workbench.command('View: Close Editor');
  });

  it('have content', async () => {
    const { workbench } = use;
    for (const [seconds, code] of [
      ['0.2', 0],
      ['0.5', 0],
      ['0.1', 3],
      ['0.9', 0],
      ['0.3', 3],
    ]) {
      await jobdeck(
        'run',
        '--title',
        'Compile',
        '--type',
        'compile',
        '--shell',
        '--',
        `sleep ${seconds}; exit ${code}`,
      );
    }
    await submit('Import rates', 'import', script.result);
    const failing = await submit('Copy backup', 'copy', script.error, '--json');
    await submit('Release', 'release', script.steps);
    await submit('Report', 'report', 'echo reported', '--hold');
    await submit('first', 'part', 'exit 0', '--group', 'Nightly');
    await submit('second', 'part', 'sleep 600', '--group', 'Nightly');
    await workbench.job(/^Import rates, Completed/).waitFor();
    await workbench.job(/^Copy backup, Failed/).waitFor();
    await jobdeck('retry', JSON.parse(failing.output).id);
    await workbench.job(/^Copy backup, Failed.*attempt 2/).waitFor();
    await workbench.job(/^Release, Running, 50%/).waitFor();
    for (const { row, tab, shows } of contents) {
      await workbench.openPage(workbench.job(row).first(), tab);
      await workbench.panel().getByText(shows).first().waitFor();
    }
    await workbench.command('Jobdeck: Show Job Statistics');
    await workbench.panel().getByText(statistics.shows).first().waitFor();
    await workbench.page.keyboard.press('Control+b');
    await workbench.section('Jobs').waitFor({ state: 'hidden' });
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`are accessible in the ${themes[theme].name} theme`, async () => {
      const { workbench } = use;
      await workbench.wear(theme);
      for (const { name, tab, shows } of [...contents, statistics]) {
        await workbench.tab(tab).click();
        await workbench.panel().getByText(shows).first().waitFor();
        await check(workbench, `${name}-${theme}`);
        if (name !== 'stats') await checkParts(workbench, `${name}-${theme}`);
      }
    });
  }

  it('have an accessible menu', async () => {
    const { workbench } = use;
    await workbench.tab(/^Release/).click();
    const panel = workbench.panel();
    await panel.getByRole('button', { name: 'More Actions' }).press('Enter');
    await panel.getByRole('menuitem', { name: 'Pause' }).waitFor();
    assert.deepEqual(await violations(panel), []);
    await workbench.photograph('page-menu');
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('ArrowUp');
    const focused = () => panel.locator('html').evaluate(() => document.activeElement?.textContent?.trim());
    assert.equal(await focused(), 'Copy Job ID');
    await workbench.page.keyboard.press('Escape');
    await panel.getByRole('menu').waitFor({ state: 'detached' });
    const label = panel.locator('html').evaluate(() => document.activeElement?.getAttribute('aria-label'));
    assert.equal(await label, 'More Actions');
  });

  it('don’t animate with reduced motion', async () => {
    const { workbench } = use;
    await workbench.tab(/^Release/).click();
    const spinner = workbench.panel().locator('.header .codicon-modifier-spin');
    const animation = () => spinner.evaluate((icon) => getComputedStyle(icon).animationName);
    await spinner.waitFor();
    assert.notEqual(await animation(), 'none');
    await workbench.page.emulateMedia({ reducedMotion: 'reduce' });
    await workbench.panel().locator('body.vscode-reduce-motion').waitFor();
    assert.equal(await animation(), 'none');
    await workbench.page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  it('show selection with forced colors', async () => {
    const { workbench } = use;
    await workbench.page.emulateMedia({ forcedColors: 'active' });
    await workbench.tab(/^Copy backup/).click();
    await workbench.panel().getByRole('tab', { selected: true }).waitFor();
    const line = (selected: boolean) =>
      workbench
        .panel()
        .getByRole('tab', { selected })
        .first()
        .evaluate((tab) => getComputedStyle(tab).borderBottomColor);
    assert.notEqual(await line(true), await line(false));
    await waitUntilRendered(workbench.panel());
    await workbench.photograph('page-forced-colors');
    await workbench.tab(/^Release/).click();
    await workbench.panel().getByText('Module 3 of 6').first().waitFor();
    await waitUntilRendered(workbench.panel());
    await workbench.photograph('page-forced-colors-running');
    await workbench.tab(/^Job Statistics/).click();
    await workbench.panel().getByText(statistics.shows).first().waitFor();
    await waitUntilRendered(workbench.panel());
    await workbench.photograph('page-forced-colors-stats');
    await workbench.page.emulateMedia({ forcedColors: 'none' });
  });
});
