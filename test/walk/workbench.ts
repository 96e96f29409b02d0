/** The workbench as a user sees it: what to click and type, and what appears. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../tools/host/paths.ts';

const screenshots = join(root, 'test', 'screenshots');

/** Themes by their name in VS Code's list and the class name of pages. */
export const themes = {
  dark: { name: 'Dark Modern', file: 'dark_modern' },
  light: { name: 'Light Modern', file: 'light_modern' },
  highContrast: { name: 'Dark High Contrast', file: 'hc_black' },
  highContrastLight: { name: 'Light High Contrast', file: 'hc_light' },
} as const;
export type Theme = keyof typeof themes;

/** Whether an action succeeds. Callers retry failures. */
export function succeeds(act: Promise<unknown>): Promise<boolean> {
  return act.then(
    () => true,
    () => false,
  );
}

export class Workbench {
  readonly page: Page;
  /** Jobdeck's status bar item, with the label for screen readers. */
  readonly statusItem: Locator;
  /** The input of the open palette, list or prompt. */
  readonly input: Locator;
  /** The content of live logs in the editor area. */
  readonly terminal: Locator;

  constructor(page: Page) {
    this.page = page;
    this.statusItem = page.locator('.statusbar-item[id$="jobdeck.status"]');
    this.input = page.locator('.quick-input-widget input.input, .quick-input-widget .quick-input-box input').first();
    this.terminal = page.locator('.editor-instance .terminal-wrapper.active .xterm-rows');
  }

  /** Selects a theme from VS Code's list, because the workbench may ignore a theme setting at startup. */
  async wear(theme: Theme): Promise<void> {
    const { name, file } = themes[theme];
    await this.page.locator('.monaco-workbench[class*="theme-defaults"]').waitFor();
    await this.command('Preferences: Color Theme');
    await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await this.answer(name);
    await this.page.locator(`.monaco-workbench[class*="${file}"]`).waitFor();
  }

  /** Clicks the icon in the activity bar and waits for the jobs view. */
  async openJobs(): Promise<void> {
    await this.page.locator('.activitybar').getByRole('tab', { name: 'Jobdeck' }).click();
    await this.section('Jobs').waitFor();
    await this.page.mouse.move(640, 400); // Hide the icon's tooltip.
  }

  /** A section of the side bar by its heading. */
  section(name: string): Locator {
    return this.page.locator('.sidebar .pane', { has: this.page.locator(`.pane-header[aria-label^="${name}"]`) });
  }

  /** A row of the jobs tree by its accessible name: title, status, description. */
  job(spoken: string | RegExp): Locator {
    return this.section('Jobs').getByRole('treeitem', { name: spoken });
  }

  /** Resolves when the status bar item shows this text. */
  async waitForStatus(spoken: string): Promise<void> {
    await this.page.locator(`.statusbar-item[id$="jobdeck.status"][aria-label="Jobdeck: ${spoken}"]`).waitFor();
  }

  /**
   * Clicks a row until its page is active. A row that is being re-rendered ignores clicks (microsoft/vscode#144250),
   * and the row of a job that just ended moves to another group, so that the click may collapse that group instead.
   */
  async openPage(row: Locator, title: string | RegExp): Promise<void> {
    const inFront = this.page.locator('.tabs-container').getByRole('tab', { name: title, selected: true }).first();
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await this.page.mouse.move(640, 400); // The tooltip of another row may cover this one.
      await this.unfoldFor(row);
      if (!(await succeeds(row.click({ timeout: 5_000 })))) continue;
      await this.page.mouse.move(640, 400); // The row's own tooltip may cover the page.
      if (await succeeds(inFront.waitFor({ timeout: 5_000 }))) return;
    }
    await row.click();
    await inFront.waitFor();
  }

  /** Expands collapsed groups if the row is not visible. */
  private async unfoldFor(row: Locator): Promise<void> {
    const folded = this.section('Jobs').locator('.monaco-list-row[aria-level="1"][aria-expanded="false"]');
    if ((await row.count()) > 0) return;
    for (const group of await folded.all())
      await succeeds(group.locator('.monaco-tl-twistie').click({ timeout: 1_000 }));
  }

  /** Clicks a button that a row shows on hover. */
  async clickButton(row: Locator, name: string): Promise<void> {
    await row.hover();
    await row.getByRole('button', { name }).click();
  }

  /**
   * Selects an item of a row's context menu. A row that is being re-rendered ignores clicks (microsoft/vscode#144250), and
   * a menu closes if something else takes the focus. `seen` is called with the open menu.
   */
  async chooseInMenu(row: Locator, title: string, seen?: () => Promise<void>): Promise<void> {
    const item = this.page.getByRole('menuitem', { name: title });
    for (;;) {
      await row.click({ button: 'right' });
      if (!(await succeeds(item.waitFor({ timeout: 3_000 })))) continue;
      await seen?.();
      if (await succeeds(item.click({ timeout: 3_000 }))) return;
    }
  }

  /** Runs a command from the Command Palette by title, with the keyboard only. */
  async command(title: string): Promise<void> {
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    const found = rows.filter({ hasText: title }).first();
    // The palette lists the commands known when it opens, so reopen it until the extension has started.
    for (;;) {
      await this.page.keyboard.press('F1');
      // Another input box that closes at the same time may also close the palette.
      const filled = this.input.fill(`>${title}`, { timeout: 5_000 });
      if (await succeeds(filled.then(() => found.waitFor({ timeout: 2_000 })))) break;
      await this.page.keyboard.press('Escape');
    }
    const isFocused = async () => (await found.getAttribute('class'))?.split(' ').includes('focused') === true;
    for (let below = 0; below < 10 && !(await isFocused()); below++) await this.page.keyboard.press('ArrowDown');
    await this.page.keyboard.press('Enter');
    // A list opened by the command uses the same input box, so wait for the palette to close before typing.
    await this.page.waitForFunction(() => {
      const input = document.querySelector<HTMLInputElement>('.quick-input-widget input');
      return input === null || input.offsetParent === null || !input.value.startsWith('>');
    });
  }

  /** Types into the open list and selects the match. */
  async answer(text: string, patience?: { timeout: number }): Promise<void> {
    await this.input.waitFor(patience);
    await this.input.fill(text, patience);
    await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: text }).waitFor(patience);
    await this.page.keyboard.press('Enter');
  }

  /**
   * Runs a command that shows a list and selects the match. Repeats this if the workbench closes the list meanwhile
   * (microsoft/vscode#93950); the extension only works around that if it happens immediately.
   */
  async choose(title: string, text: string): Promise<void> {
    do await this.command(title);
    while (!(await succeeds(this.answer(text, { timeout: 5_000 }))));
  }

  /** Runs a shell command as a job from the Command Palette. */
  async run(line: string): Promise<void> {
    await this.choose('Jobdeck: Run Command…', line);
  }

  /** An editor tab by its title. */
  tab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name: title });
  }

  /** The content of the active webview. */
  panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');
  }

  /** Saves a screenshot to test/screenshots without the top `skip` pixels. */
  async photograph(name: string, skip = 0): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    const { width, height } = this.page.viewportSize() ?? { width: 1280, height: 800 };
    const clip = { x: 0, y: skip, width, height: height - skip };
    await this.page.screenshot({ path: join(screenshots, `${name}.png`), clip });
  }
}
