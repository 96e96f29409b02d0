/** Both pages as people with and without good eyes meet them: checked by axe-core, and photographed to look at. */
import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { drawn, violations } from './accessibility.ts';
import { useEditor } from './useEditor.ts';
import { type Theme, themes, type Workbench } from './workbench.ts';

/** Widths of the page in pixels; at twice the zoom a page of 600 pixels has 300. */
const widths = [300, 600, 1400];
const height = 900;
/** Pixels that the activity bar takes beside it. */
const beside = 56;

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

/** The pages that are looked at: the row of the tree they are opened from, their tab, and what they show in the end. */
const contents = [
  { name: 'running', row: /^Release, Running/, tab: /^Release/, shows: 'Module 3 of 6' },
  { name: 'failed', row: /^Copy backup, Failed/, tab: /^Copy backup/, shows: 'No space left on device' },
  { name: 'completed', row: /^Import rates, Completed/, tab: /^Import rates/, shows: 'a.csv' },
  { name: 'group', row: /^Nightly, /, tab: /^Nightly/, shows: 'second' },
  { name: 'history', row: /^Compile, Failed/, tab: /^Compile/, shows: 'Durations' },
] as const;
const statistics = { name: 'stats', tab: /^Job Statistics/, shows: 'Duration by Type' } as const;

/** Opens or closes everything that unfolds. */
async function fold(panel: FrameLocator, open: boolean): Promise<void> {
  await panel.locator('html').evaluate((html, isOpen) => {
    for (const one of html.querySelectorAll('details')) one.open = isOpen;
  }, open);
}

describe('The pages', () => {
  const use = useEditor({ settings: { 'jobdeck.log.openOnStart': false, 'window.commandCenter': false } });
  const jobdeck = (...args: string[]) => use.jobdeck(...args);
  const submit = (title: string, type: string, line: string, ...options: string[]) =>
    jobdeck('submit', '--title', title, '--type', type, ...options, '--shell', '--', line);

  /** Fails with what is wrong on the page, and photographs it at every width. */
  async function check(workbench: Workbench, name: string): Promise<void> {
    const found = await violations(workbench.panel());
    for (const width of widths) {
      await workbench.page.setViewportSize({ width: width + beside, height });
      await drawn(workbench.panel());
      await workbench.photograph(`page-${name}-${width}`);
      const overflow = await workbench
        .panel()
        .locator('html')
        .evaluate((html) => html.scrollWidth - html.clientWidth);
      if (overflow > 0) found.push(`It is ${overflow} pixels wider than ${width}.`);
    }
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
    await fold(workbench.panel(), true);
    found.push(...(await violations(workbench.panel())));
    await fold(workbench.panel(), false);
    assert.deepEqual(found, [], name);
  }

  it('say what the statistics are when nothing has run', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Show Statistics');
    await workbench.panel().getByText('No job ended in these days.').waitFor();
    for (const theme of Object.keys(themes) as Theme[]) {
      await workbench.wear(theme);
      assert.deepEqual(await violations(workbench.panel()), [], theme);
    }
    await workbench.command('View: Close Editor');
  });

  it('have something to show', async () => {
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
    await submit('first', 'part', 'exit 0', '--group', 'Nightly');
    await submit('second', 'part', 'sleep 600', '--group', 'Nightly');
    await workbench.job(/^Import rates, Completed/).waitFor();
    await workbench.job(/^Copy backup, Failed/).waitFor();
    await jobdeck('retry', JSON.parse(failing.output).id);
    await workbench.job(/^Copy backup, Failed.*attempt 2/).waitFor();
    await workbench.job(/^Release, Running, 50 %/).waitFor();
    for (const { row, tab, shows } of contents) {
      await workbench.openPage(workbench.job(row).first(), tab);
      await workbench.panel().getByText(shows).first().waitFor();
    }
    await workbench.command('Jobdeck: Show Statistics');
    await workbench.panel().getByText(statistics.shows).first().waitFor();
    await workbench.page.keyboard.press('Control+b');
    await workbench.section('Jobs').waitFor({ state: 'hidden' });
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`are right in the theme ${themes[theme].name}`, async () => {
      const { workbench } = use;
      await workbench.wear(theme);
      for (const { name, tab, shows } of [...contents, statistics]) {
        await workbench.tab(tab).click();
        await workbench.panel().getByText(shows).first().waitFor();
        await check(workbench, `${name}-${theme}`);
      }
    });
  }

  it('stand still where motion is to be reduced', async () => {
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

  it('tell what is chosen from what is not with colours that are forced', async () => {
    const { workbench } = use;
    await workbench.page.emulateMedia({ forcedColors: 'active' });
    await workbench.tab(/^Copy backup/).click();
    const line = (selected: boolean) =>
      workbench
        .panel()
        .getByRole('tab', { selected })
        .evaluate((tab) => getComputedStyle(tab).borderBottomColor);
    assert.notEqual(await line(true), await line(false));
    await drawn(workbench.panel());
    await workbench.photograph('page-forced-colors');
    await workbench.tab(/^Release/).click();
    await workbench.panel().getByText('Module 3 of 6').first().waitFor();
    await drawn(workbench.panel());
    await workbench.photograph('page-forced-colors-running');
    await workbench.tab(/^Job Statistics/).click();
    await workbench.panel().getByText(statistics.shows).first().waitFor();
    await drawn(workbench.panel());
    await workbench.photograph('page-forced-colors-stats');
    await workbench.page.emulateMedia({ forcedColors: 'none' });
  });
});
