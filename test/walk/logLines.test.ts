import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { useEditor } from './useEditor.ts';
import { succeeds } from './workbench.ts';

/** A shell line that prints three lines, one of this many bytes, and a last one. */
const long = (bytes: number) =>
  `for i in 1 2 3; do echo before $i; done; head -c ${bytes} /dev/zero | tr '\\0' x; echo; echo after`;

describe('The lines of a log', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  before(async () => {
    await use.jobdeck(
      'submit',
      '--title',
      'Few lines',
      '--shell',
      '--',
      'echo first; printf "a\\rsecond\\n"; echo third',
    );
    await use.jobdeck('submit', '--title', 'Long line', '--shell', '--', long(1_000_000));
    await use.jobdeck('submit', '--title', 'Longer line', '--shell', '--', long(10_000_000));
    await use.workbench.job(/^Longer line, Completed/).waitFor();
    await use.workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });

  /** Chooses in the context menu of a line. A menu closes if something else takes the focus, and ignores an early click. */
  async function choose(line: Locator, item: string): Promise<void> {
    const entry = use.workbench.page.getByRole('menuitem', { name: item });
    const chosen = async () => {
      // A layer of the terminal is above its rows.
      await line.click({ button: 'right', force: true, position: { x: 10, y: 8 } });
      await entry.click({ timeout: 3_000 });
      await entry.waitFor({ state: 'detached', timeout: 2_000 });
    };
    while (!(await succeeds(chosen()))) await use.workbench.page.keyboard.press('Escape');
  }

  it('have links that can be copied from the page', async () => {
    const { workbench } = use;
    await workbench.openPage(workbench.job(/^Few lines, Completed/), 'Few lines');
    const lines = workbench.panel().locator('.xterm-rows > div');
    await choose(lines.filter({ hasText: 'second' }), 'Copy Link to Line');
    await workbench.page.waitForFunction(async () =>
      /:\/\/jobdeck\.jobdeck\/log\?job=\w+&attempt=1&line=2$/.test(await navigator.clipboard.readText()),
    );
    await workbench.photograph('log-line-link');
  });

  it('open in the tab of the log', async () => {
    const { workbench } = use;
    const { page } = workbench;
    await choose(workbench.panel().locator('.xterm-rows > div').filter({ hasText: 'third' }), 'Open Log');
    await workbench.tab(/^Few lines #1\.log/).waitFor();
    await page.locator('.statusbar').getByText('Ln 3, Col 6 (5 selected)').waitFor();
    await choose(page.locator('.editor-instance .view-line').filter({ hasText: 'first' }), 'Copy Link to Line');
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).endsWith('&line=1'));
    await workbench.command('View: Close All Editors');
  });

  for (const title of ['Long line', 'Longer line']) {
    it(`stay fluid on the page if one is a ${title.toLowerCase()}`, async () => {
      const { workbench } = use;
      const { page } = workbench;
      await workbench.openPage(workbench.job(new RegExp(`^${title}, Completed`)), title);
      const log = workbench.panel().locator('.log-screen');
      await log.getByText('after', { exact: true }).waitFor();
      const longest = await log.evaluate(async (screen) => {
        let [most, last] = [0, performance.now()];
        for (let frame = 0; frame < 60; frame += 1) {
          screen.scrollTop = frame % 2 === 0 ? 0 : screen.scrollHeight;
          screen.scrollLeft = frame * 100;
          await new Promise((drawn) => requestAnimationFrame(drawn));
          most = Math.max(most, performance.now() - last);
          last = performance.now();
        }
        return most;
      });
      // Far above what it takes, and far below what a line without a limit takes: several seconds.
      assert.ok(longest < 1_000, `a frame took ${Math.round(longest)} ms`);
      await page.keyboard.press('Escape');
    });

    it(`stay fluid in a tab if one is a ${title.toLowerCase()}`, async () => {
      const { workbench } = use;
      const { page } = workbench;
      await workbench.panel().getByRole('button', { name: 'Open Log in Tab' }).click();
      await page.locator('.editor-instance .view-line').filter({ hasText: 'after' }).waitFor();
      await page.locator('.editor-instance .view-line').filter({ hasText: 'after' }).click();
      const times: number[] = [];
      for (let key = 0; key < 10; key += 1) {
        const began = Date.now();
        await page.keyboard.press(key % 2 === 0 ? 'ArrowUp' : 'ArrowDown');
        await page
          .locator('.statusbar')
          .getByText(/^Ln \d+, Col/)
          .waitFor();
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
        times.push(Date.now() - began);
      }
      assert.ok(Math.max(...times) < 2_000, `keys took ${times.join(', ')} ms`);
      await workbench.photograph(`log-${title.replace(' ', '-').toLowerCase()}`);
      await workbench.command('View: Close All Editors');
    });
  }
});
