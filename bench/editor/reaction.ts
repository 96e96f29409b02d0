/** How long a real editor takes to show a command's output and a job's change. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Workbench } from '../../test/walk/workbench.ts';

/** Milliseconds from the end of a job, as recorded by the daemon, until each place shows it. */
export interface Change {
  row: number;
  statusBar: number;
  page: number;
}

/** The time, in milliseconds since the epoch, of the first frame in which a matching element has this text or label. */
function seenAt(where: Page | Frame, [selector, pattern]: [selector: string, pattern: string]): Promise<number> {
  return where.evaluate(
    ([query, source]) =>
      new Promise<number>((settle) => {
        const { document, requestAnimationFrame } = globalThis as unknown as {
          document: { querySelectorAll(selector: string): Iterable<{ ariaLabel: string | null; textContent: string }> };
          requestAnimationFrame(next: () => void): void;
        };
        const text = new RegExp(source);
        const check = () => {
          const found = [...document.querySelectorAll(query)].some(
            (element) => text.test(element.ariaLabel ?? '') || text.test(element.textContent),
          );
          if (found) settle(Date.now());
          else requestAnimationFrame(check);
        };
        check();
      }),
    [selector, pattern] as const,
  );
}

/** The frame of the open job page. */
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

/** Milliseconds from Enter in the input box to the first output in the terminal editor. */
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

/** Measures one job's change while `others` jobs run. */
export async function measureChange(
  workbench: Workbench,
  client: DaemonClient,
  { n, others }: { n: number; others: number },
): Promise<Change> {
  const { page } = workbench;
  const title = `change ${n}`;
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const stopFile = join(folder, 'enough');
  const { id } = await client.submit({ command: { shell: `until [ -e '${stopFile}' ]; do sleep 0.05; done` }, title });
  await workbench.openPage(workbench.job(new RegExp(`^${title}, Running`)), title);
  const details = await detailFrame(page);
  await details.locator('header.header', { hasText: 'Running' }).waitFor();
  const allSeen = Promise.all([
    seenAt(page, ['.sidebar .monaco-list-row', `^${title}, Completed`]),
    seenAt(page, ['.statusbar-item[id$="jobdeck.status"]', `\\b${others} jobs running`]),
    seenAt(details, ['header.header', 'Completed']),
  ]);
  writeFileSync(stopFile, '');
  const seen = await allSeen;
  rmSync(folder, { recursive: true });
  const ended = Date.parse((await client.get(id)).endedAt ?? '');
  await workbench.command('View: Close All Editors');
  const [inRow = Number.NaN, inStatusBar = Number.NaN, onPage = Number.NaN] = seen.map((time) => time - ended);
  return { row: inRow, statusBar: inStatusBar, page: onPage };
}

/**
 * Milliseconds from clicking a row's button to seeing the last line of its 1 GB log, one per run. The first run, which
 * warms up, is left out.
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
