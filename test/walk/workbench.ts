/** The workbench as a person meets it: what to click and type, and what is then to be seen. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../tools/host/paths.ts';

const screenshots = join(root, 'test', 'screenshots');

/** The themes as VS Code's list names them, and what of them the page's class names. */
export const themes = {
  dark: { name: 'Dark Modern', file: 'dark_modern' },
  light: { name: 'Light Modern', file: 'light_modern' },
  highContrast: { name: 'Dark High Contrast', file: 'hc_black' },
  highContrastLight: { name: 'Light High Contrast', file: 'hc_light' },
} as const;
export type Theme = keyof typeof themes;

/** Whether it succeeds; one that fails is tried again by who asks. */
export function done(act: Promise<unknown>): Promise<boolean> {
  return act.then(
    () => true,
    () => false,
  );
}

export class Workbench {
  readonly page: Page;
  /** Jobdeck's item in the status bar; what a screen reader says is its label. */
  readonly statusItem: Locator;
  /** The input of an open palette, list or question. */
  readonly input: Locator;
  /** What live logs in the editor area show. */
  readonly terminal: Locator;

  constructor(page: Page) {
    this.page = page;
    this.statusItem = page.locator('.statusbar-item[id$="jobdeck.status"]');
    this.input = page.locator('.quick-input-widget input.input, .quick-input-widget .quick-input-box input').first();
    this.terminal = page.locator('.editor-instance .terminal-wrapper.active .xterm-rows');
  }

  /** Chooses a theme from VS Code's list. (At its start the workbench may overlook the one in its settings.) */
  async wear(theme: Theme): Promise<void> {
    const { name, file } = themes[theme];
    await this.page.locator('.monaco-workbench[class*="theme-defaults"]').waitFor();
    await this.command('Preferences: Color Theme');
    await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await this.answer(name);
    await this.page.locator(`.monaco-workbench[class*="${file}"]`).waitFor();
  }

  /** Clicks the icon in the activity bar and resolves when the jobs view is there. */
  async openJobs(): Promise<void> {
    await this.page.locator('.activitybar').getByRole('tab', { name: 'Jobdeck' }).click();
    await this.section('Jobs').waitFor();
    await this.page.mouse.move(640, 400); // Away from the icon's tooltip.
  }

  /** A section of the side bar, by its heading. */
  section(name: string): Locator {
    return this.page.locator('.sidebar .pane', { has: this.page.locator(`.pane-header[aria-label^="${name}"]`) });
  }

  /** A row of the jobs tree, by what a screen reader says of it: title, status, description. */
  job(spoken: string | RegExp): Locator {
    return this.section('Jobs').getByRole('treeitem', { name: spoken });
  }

  /** Resolves when the status item says this. */
  async waitForStatus(spoken: string): Promise<void> {
    await this.page.locator(`.statusbar-item[id$="jobdeck.status"][aria-label="Jobdeck: ${spoken}"]`).waitFor();
  }

  /**
   * Clicks a row until its page is in front: a row that is redrawn under the pointer takes no click
   * (microsoft/vscode#144250), and one whose job has just ended moves to another group. The click then meets the group,
   * which folds.
   */
  async openPage(row: Locator, title: string | RegExp): Promise<void> {
    const inFront = this.page.locator('.tabs-container').getByRole('tab', { name: title, selected: true }).first();
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await this.unfoldFor(row);
      if ((await done(row.click({ timeout: 5_000 }))) && (await done(inFront.waitFor({ timeout: 5_000 })))) return;
    }
    await row.click();
    await inFront.waitFor();
  }

  /** Unfolds the groups that are folded when the row is not in sight. */
  private async unfoldFor(row: Locator): Promise<void> {
    const folded = this.section('Jobs').locator('.monaco-list-row[aria-level="1"][aria-expanded="false"]');
    if ((await row.count()) > 0) return;
    for (const group of await folded.all()) await done(group.locator('.monaco-tl-twistie').click({ timeout: 1_000 }));
  }

  /** Clicks one of the buttons that a row shows under the pointer. */
  async clickButton(row: Locator, name: string): Promise<void> {
    await row.hover();
    await row.getByRole('button', { name }).click();
  }

  /** Runs a command of the palette by its title, by keys alone. */
  async command(title: string): Promise<void> {
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    const found = rows.filter({ hasText: title }).first();
    // The palette lists what was known when it opened, so it is opened anew until the extension is there.
    for (;;) {
      await this.page.keyboard.press('F1');
      // A box that closes at that moment may take it along.
      const filled = this.input.fill(`>${title}`, { timeout: 5_000 });
      if (await done(filled.then(() => found.waitFor({ timeout: 2_000 })))) break;
      await this.page.keyboard.press('Escape');
    }
    const isFocused = async () => (await found.getAttribute('class'))?.split(' ').includes('focused') === true;
    for (let below = 0; below < 10 && !(await isFocused()); below++) await this.page.keyboard.press('ArrowDown');
    await this.page.keyboard.press('Enter');
    // A list that the command opens has the same input box, so whoever types into that waits for the palette to close.
    await this.page.waitForFunction(() => {
      const input = document.querySelector<HTMLInputElement>('.quick-input-widget input');
      return input === null || input.offsetParent === null || !input.value.startsWith('>');
    });
  }

  /** Types into the open list and takes what is offered for it. */
  async answer(text: string, patience?: { timeout: number }): Promise<void> {
    await this.input.waitFor(patience);
    await this.input.fill(text, patience);
    await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: text }).waitFor(patience);
    await this.page.keyboard.press('Enter');
  }

  /**
   * Runs a command of the palette that asks by a list, and takes what is offered for the text; again when the workbench
   * drops the list meanwhile (microsoft/vscode#93950), which the extension mends only where that comes at once.
   */
  async choose(title: string, text: string): Promise<void> {
    do await this.command(title);
    while (!(await done(this.answer(text, { timeout: 5_000 }))));
  }

  /** Has a command line run as a job, by the palette. */
  async run(line: string): Promise<void> {
    await this.choose('Jobdeck: Run…', line);
  }

  /** The tab of an editor, by its title. */
  tab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name: title });
  }

  /** What the active webview shows. */
  panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');
  }

  /** Writes what is on screen to test/screenshots, for people to look at; without the uppermost `skip` pixels. */
  async photograph(name: string, skip = 0): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    const { width, height } = this.page.viewportSize() ?? { width: 1280, height: 800 };
    const clip = { x: 0, y: skip, width, height: height - skip };
    await this.page.screenshot({ path: join(screenshots, `${name}.png`), clip });
  }
}
