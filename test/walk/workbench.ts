/** The workbench as a person meets it: what to click and type, and what is then to be seen. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root } from '../host/paths.ts';

const screenshots = join(root, 'test', 'screenshots');

export class Workbench {
  readonly page: Page;
  /** The item of the status bar. */
  readonly statusItem: Locator;
  /** Notifications that are on screen. */
  readonly notifications: Locator;

  constructor(page: Page) {
    this.page = page;
    this.statusItem = page
      .locator('.statusbar-item[aria-label^="Jobdeck:"], .statusbar-item:has([aria-label^="Jobdeck:"])')
      .first();
    this.notifications = page.locator('.notifications-toasts .notification-list-item');
  }

  /** Clicks the icon in the activity bar and resolves when the jobs view is there. */
  async openJobs(): Promise<void> {
    await this.page
      .locator('.activitybar')
      .getByRole('tab', { name: /^Jobdeck/ })
      .click();
    await this.section('Jobs').waitFor();
  }

  /** A section of the side bar, by its heading. */
  section(name: string): Locator {
    return this.page.locator('.sidebar .pane', {
      has: this.page.getByRole('button', { name: new RegExp(`^${name}`) }),
    });
  }

  /** A row of the jobs tree whose spoken label has this in it. */
  row(label: string | RegExp): Locator {
    return this.section('Jobs').getByRole('treeitem', { name: label });
  }

  /** Runs a command of the palette by its title. */
  async command(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    const found = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    // The palette lists what was known when it opened, so it is opened anew until the extension is there.
    for (;;) {
      await this.page.keyboard.press('F1');
      await input.waitFor();
      await input.fill(`>${title}`);
      const row = await Promise.race([
        found.waitFor({ timeout: 2_000 }).then(
          () => found,
          () => null,
        ),
      ]);
      if (row !== null) return await row.click();
      await this.page.keyboard.press('Escape');
      await input.waitFor({ state: 'hidden' });
    }
  }

  /** Types an answer into the open input or list and confirms it. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Writes what is on screen to test/screenshots, for people to look at. */
  async photograph(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
}
