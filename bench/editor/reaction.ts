/** How long it takes in a real editor from a command to its output, and from a change to its picture. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Workbench } from '../../test/walk/workbench.ts';

/** From the end of a job, as the daemon recorded it, to the row, the status bar and the page saying so. */
export interface Change {
  row: number;
  statusBar: number;
  page: number;
}

/** Milliseconds since the epoch of the first frame in which an element has this text or label. */
function seenAt(where: Page | Frame, [selector, pattern]: [selector: string, pattern: string]): Promise<number> {
  return where.evaluate(
    ([wanted, source]) =>
      new Promise<number>((settle) => {
        const { document, requestAnimationFrame } = globalThis as unknown as {
          document: { querySelectorAll(of: string): Iterable<{ ariaLabel: string | null; textContent: string }> };
          requestAnimationFrame(next: () => void): void;
        };
        const text = new RegExp(source);
        const look = () => {
          const found = [...document.querySelectorAll(wanted)].some(
            (element) => text.test(element.ariaLabel ?? '') || text.test(element.textContent),
          );
          if (found) settle(Date.now());
          else requestAnimationFrame(look);
        };
        look();
      }),
    [selector, pattern] as const,
  );
}

/** The page of the details that are open. */
async function detailFrame(page: Page): Promise<Frame> {
  for (;;) {
    for (const frame of page.frames()) {
      const headers = await frame
        .locator('header.header')
        .count()
        .catch(() => 0);
      if (headers > 0) return frame;
    }
    await page.waitForEvent('framenavigated', { timeout: 200 }).catch(() => undefined);
  }
}

/** Milliseconds from Enter in the input to the first output in the terminal editor. */
export async function measureOutput(workbench: Workbench, n: number): Promise<number> {
  const { page } = workbench;
  await workbench.command('Jobdeck: Run…');
  await workbench.input.fill(`echo output-${n}; sleep 0.2`);
  const seen = seenAt(page, ['.xterm-rows > div', `^output-${n}`]);
  const entered = Date.now();
  await page.keyboard.press('Enter');
  const output = (await seen) - entered;
  await workbench.command('View: Close All Editors');
  return output;
}

/** In milliseconds, while so many other jobs run. */
export async function measureChange(
  workbench: Workbench,
  client: DaemonClient,
  { n, others }: { n: number; others: number },
): Promise<Change> {
  const { page } = workbench;
  const title = `change ${n}`;
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const enough = join(folder, 'enough');
  const { id } = await client.submit({ command: { shell: `until [ -e '${enough}' ]; do sleep 0.05; done` }, title });
  await workbench.openPage(workbench.job(new RegExp(`^${title}, Running`)), title);
  const details = await detailFrame(page);
  await details.locator('header.header', { hasText: 'Running' }).waitFor();
  const looking = Promise.all([
    seenAt(page, ['.sidebar .monaco-list-row', `^${title}, Completed`]),
    seenAt(page, ['.statusbar-item[id$="jobdeck.status"]', `\\b${others} jobs running`]),
    seenAt(details, ['header.header', 'Completed']),
  ]);
  writeFileSync(enough, '');
  const seen = await looking;
  rmSync(folder, { recursive: true });
  const ended = Date.parse((await client.get(id)).endedAt ?? '');
  await workbench.command('View: Close All Editors');
  const [inRow = Number.NaN, inStatusBar = Number.NaN, onPage = Number.NaN] = seen.map((time) => time - ended);
  return { row: inRow, statusBar: inStatusBar, page: onPage };
}

/**
 * Milliseconds from a click on a row's button to the last line of its log of 1 GB, again and again; the row's title is
 * given. The first time, which warms up, is left out.
 */
export async function measureLogs(
  workbench: Workbench,
  title: string,
  lastLine: string,
  times: number,
): Promise<number[]> {
  const took: number[] = [];
  const row = workbench.job(new RegExp(`^${title}, Completed`));
  for (let n = 0; n <= times; n += 1) {
    await row.hover();
    const button = row.getByRole('button', { name: 'Open Log' });
    await button.waitFor();
    const seen = seenAt(workbench.page, ['.editor-instance .view-line', lastLine]);
    const clicked = Date.now();
    await button.click();
    const ms = (await seen) - clicked;
    if (n > 0) took.push(ms);
    await workbench.command('View: Close All Editors');
  }
  return took;
}
