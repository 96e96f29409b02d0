/** The page of a group: a table of its jobs with a bar for each on a common time axis. */
import assert from 'node:assert/strict';
import { violations, waitUntilRendered } from './accessibility.ts';
import { useEditor } from './useEditor.ts';
import { type Theme, themes } from './workbench.ts';

const widths = [300, 600, 1400];
/** Pixels that the activity bar takes. */
const activityBarWidth = 56;

/** Fifty days: three fail, four keep running, and those after them wait. */
const job = [
  'case "$JOBDECK_DAY" in',
  '*-07) echo "ValueError: no rates for $JOBDECK_DAY" >&2; exit 1;;',
  '2026-01-2*) sleep 0.5;;',
  '2026-02-1[0-3]) jobdeck progress 45 100; sleep 600;;',
  '*) sleep 0.1;; esac',
].join(' ');
const steps = [
  'jobdeck step --declare fetch=Fetch,build=Build,test=Test,publish=Publish',
  'jobdeck step fetch done',
  'jobdeck step build done',
  'jobdeck step test 50% -m "Module 3 of 6"',
  'sleep 600',
].join('; ');

describe('The page of a group', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing', 'window.commandCenter': false } });
  const panel = () => use.workbench.panel();
  const rows = () => panel().locator('.wf-row');
  const names = () => panel().locator('.wf-open').allTextContents();
  const heading = (column: string) => panel().locator(`.wf-head [role="columnheader"].wf-${column}`);

  it('lists its jobs', async () => {
    const { workbench } = use;
    const range = ['--from', '2026-01-01', '--to', '2026-02-20', '--every', '1d', '--concurrency', '4'];
    const line = `JOBDECK_DAY=\${range.start:date}; ${job}`;
    const { code, output } = await use.jobdeck(
      ...['backfill', ...range, '--title', 'Load rates', '--timezone', 'UTC', '--shell', '--', line],
    );
    assert.equal(code, 0, output);
    await use.jobdeck('submit', '--title', 'Release', '--shell', '--', steps);
    await workbench.openPage(workbench.job(/^Load rates.*Running/).first(), /^Load rates/);
    await panel().locator('.wf-chips').getByRole('button', { name: 'Running 4' }).waitFor();
    await panel().locator('.wf-chips').getByRole('button', { name: 'Failed 2' }).waitFor();
    await panel().locator('.wf-chips').getByRole('button', { name: 'All 50' }).waitFor();
    assert.equal(await rows().count(), 50);
    assert.match(String((await names())[0]), /^Jan 1, 2026$/);
  });

  it('is sorted by a click on a column, and by the keyboard', async () => {
    await heading('status').getByRole('button').click();
    await panel().locator('.wf-status[aria-sort="ascending"]').waitFor();
    await rows().first().locator('.wf-status').getByText('Failed').waitFor();
    await heading('duration').getByRole('button').focus();
    await use.workbench.page.keyboard.press('Enter');
    await use.workbench.page.keyboard.press('Enter');
    await panel().locator('.wf-duration[aria-sort="descending"]').waitFor();
    await rows().first().locator('.wf-status').getByText('Running').waitFor();
    await use.workbench.page.keyboard.press('Enter');
    await panel().locator('.wf-duration[aria-sort="none"]').waitFor();
  });

  it('is filtered by status', async () => {
    await panel().locator('[data-filter="failed"]').click();
    await panel().locator('[data-filter="failed"][aria-pressed="true"]').waitFor();
    assert.equal(await rows().count(), 2);
    assert.match(String(await rows().first().locator('.wf-error').textContent()), /no rates|exit code 1/i);
    await panel().locator('[data-filter="all"]').click();
    assert.equal(await rows().count(), 50);
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`is accessible in the ${themes[theme].name} theme`, async () => {
      const { workbench } = use;
      await workbench.wear(theme);
      if (theme === 'dark') {
        await workbench.page.keyboard.press('Control+b');
        await workbench.section('Jobs').waitFor({ state: 'hidden' });
      }
      const found: string[] = [];
      for (const width of widths) {
        await workbench.page.setViewportSize({ width: width + activityBarWidth, height: 900 });
        await waitUntilRendered(panel());
        await workbench.photograph(`group-${theme}-${width}`);
        found.push(...(await violations(panel())));
        const overflow = await panel()
          .locator('html')
          .evaluate((html) => html.scrollWidth - html.clientWidth);
        if (overflow > 0) found.push(`Overflows a width of ${width} by ${overflow} pixels.`);
      }
      await workbench.page.setViewportSize({ width: 1280, height: 800 });
      assert.deepEqual(found, []);
    });
  }

  it('opens the page of a job with the keyboard, and with a click on its row', async () => {
    const { workbench } = use;
    await panel().locator('.wf-open').first().focus();
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('Enter');
    await workbench.tab(/Jan 2, 2026/).waitFor();
    await workbench
      .tab(/Jan 1 – Feb 19, 2026/)
      .first()
      .click();
    await rows().nth(2).locator('.wf-duration').click();
    await workbench.tab(/Jan 3, 2026/).waitFor();
  });

  it('draws the steps of a job in the same way', async () => {
    const { workbench } = use;
    await workbench.openJobs();
    await workbench.openPage(workbench.job(/^Release, Running/), /^Release/);
    await panel().getByRole('tab', { name: 'Steps' }).click();
    await rows().nth(2).getByText('50%').waitFor();
    assert.deepEqual(await panel().locator('.wf-label').allTextContents().then(trimmed), [
      'Fetch',
      'Build',
      'Test',
      'Publish',
    ]);
    await waitUntilRendered(panel());
    await workbench.photograph('group-steps');
  });
});

function trimmed(texts: string[]): string[] {
  return texts.map((text) => text.trim());
}
