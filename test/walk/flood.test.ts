import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { useEditor } from './useEditor.ts';
import { succeeds, type Workbench } from './workbench.ts';

/** A command line whose title begins with a name. It prints this many megabytes, and then a last line. */
const flood = (name: string, megabytes: number, ...then: string[]) =>
  [
    `: ${name}`,
    'sleep 3',
    `yes 'Lorem ipsum dolor sit amet' | head -c ${megabytes}000000`,
    'echo',
    'echo the end',
    ...then,
  ].join('; ');

/** Scrolls the live log up to the line with a text. */
async function scrollUpTo({ page, terminal }: Workbench, text: RegExp): Promise<Locator> {
  const line = terminal.getByText(text);
  await terminal.click({ force: true });
  for (let pages = 0; pages < 50 && (await line.count()) === 0; pages += 1) await page.keyboard.press('Shift+PageUp');
  await line.waitFor();
  return line;
}

describe('A flood of output', () => {
  const use = useEditor();

  it('is skipped on the page, which shows that the job has finished', async () => {
    const { workbench } = use;
    await workbench.run(flood('on the page', 300));
    await workbench.job(/^: on the page.*, Completed/).waitFor();
    const page = workbench.panel();
    await page.getByText(/^\s*\d+ MB skipped/).waitFor();
    await page.locator('.xterm-rows').getByText('the end', { exact: true }).waitFor();
    await page.getByText('Completed').first().waitFor();
    await workbench.photograph('flood-page');
  });

  it('opens as a file from the page', async () => {
    const { workbench } = use;
    await workbench.run(flood('a file', 12));
    await workbench.job(/^: a file.*, Completed/).waitFor();
    await workbench
      .panel()
      .getByText(/^\s*12 MB skipped/)
      .waitFor();
    await workbench.panel().getByRole('button', { name: 'Open Full Log' }).click();
    await workbench.tab('1.log').waitFor();
    await workbench.command('View: Close All Editors');
  });

  it('is skipped in the live log, before the line with the outcome', async () => {
    const { workbench } = use;
    await workbench.run(flood('in a tab', 300));
    const row = workbench.job(/^: in a tab.*, Running/);
    await row.waitFor();
    await workbench.clickButton(row, 'Open Log');
    await workbench.job(/^: in a tab.*, Completed/).waitFor();
    await workbench.terminal.getByText(/^Completed after .+\. \d+ MB skipped · Open Full Log/).waitFor();
    await workbench.photograph('flood-end');
    const last = (await workbench.terminal.locator('> div').allTextContents()).map((line) => line.trim());
    assert.equal(last.indexOf('the end') < last.findIndex((line) => line.startsWith('Completed after')), true);
  });

  it('opens as a file from the live log', async () => {
    const { workbench } = use;
    await workbench.command('View: Close All Editors');
    await workbench.run(flood('linked', 12, 'jobdeck progress 1 2', 'sleep 600'));
    // A reader that starts before the flood may keep up with it.
    const row = workbench.job(/: linked/).filter({ hasText: '50%' });
    await row.waitFor();
    await workbench.clickButton(row, 'Open Log');
    await workbench.terminal.getByText('the end', { exact: true }).waitFor();
    const skipped = await scrollUpTo(workbench, /\d+ MB skipped · Open Full Log/);
    const box = await skipped.boundingBox();
    assert.ok(box);
    // The label ends the line; a link in a terminal needs the modifier key. The editor finds links when the pointer moves.
    do {
      await workbench.page.mouse.move(box.x + box.width - 20, box.y + box.height / 2);
      await workbench.page.mouse.move(box.x + box.width - 24, box.y + box.height / 2);
      await workbench.page.keyboard.down('Control');
      await workbench.page.mouse.click(box.x + box.width - 24, box.y + box.height / 2);
      await workbench.page.keyboard.up('Control');
    } while (!(await succeeds(workbench.tab('1.log').waitFor({ timeout: 2_000 }))));
    await workbench.photograph('flood-file');
    await workbench.clickButton(row, 'Cancel Job');
  });
});
