/** Clicks on rows that change constantly. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { useEditor } from './useEditor.ts';
import { succeeds, type Workbench } from './workbench.ts';

/** Number of jobs, all of them visible at once. */
const jobs = 20;
/** Milliseconds between two changes of each job. */
const pace = 100;
/** Number of clicks, and of times Enter is pressed. */
const clicks = Number(process.env.CLICKS ?? 40);
/** How long a click takes, in milliseconds: during that time, the row is redrawn, too. */
const press = 80;
/** Milliseconds for a page to come to the front. The first one takes longest. */
const patience = 20_000;

describe('Rows that change ten times a second', () => {
  let changing: { stop(): Promise<void> } | undefined;
  // Before the editor and its daemon are closed.
  after(() => changing?.stop());
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  before(async function () {
    this.timeout(120_000);
    const { workbench, editor } = use;
    await workbench.run('true');
    await workbench.job(/^true, Completed/).waitFor();
    const info = await readDaemonInfo(editor.home);
    assert.ok(info);
    const client = new DaemonClient(info);
    const ids: string[] = [];
    for (let number = 1; number <= jobs; number += 1) {
      const title = `Job ${String(number).padStart(2, '0')}`;
      const { job } = await client.startReported({ title, workspace: editor.folder });
      ids.push(job.id);
    }
    // A row that is added later would move the others.
    for (let index = 0; index < jobs; index += 1) await workbench.job(new RegExp(`^${titleOf(index)}`)).waitFor();
    changing = change(client, ids);
  });

  it('open on every click', async function () {
    this.timeout(300_000);
    const { workbench } = use;
    const failed: string[] = [];
    for (let click = 0; click < clicks; click += 1) {
      const title = titleOf(click * 7);
      const { x, y, width, height } = await boxOf(workbench, title);
      await workbench.page.mouse.click(x + Math.min(width, 40 + ((click * 13) % 120)), y + height / 2, {
        delay: press,
      });
      if (!(await opens(workbench, title))) failed.push(title);
    }
    assert.deepEqual(failed, []);
    assert.deepEqual(await errors(workbench.page), []);
  });

  it('open on every Enter', async function () {
    this.timeout(300_000);
    const { workbench } = use;
    const failed: string[] = [];
    for (let time = 0; time < clicks; time += 1) {
      await focusRows(workbench);
      await workbench.page.keyboard.press(time % 2 === 0 ? 'ArrowDown' : 'ArrowUp');
      const focused = workbench.section('Jobs').locator('.monaco-list-row.focused');
      const title = /^Job \d+/.exec((await focused.getAttribute('aria-label')) ?? '')?.[0] ?? '';
      await workbench.page.keyboard.press('Enter');
      if (!(await opens(workbench, title))) failed.push(title);
    }
    assert.deepEqual(failed, []);
    assert.deepEqual(await errors(workbench.page), []);
  });
});

function titleOf(index: number): string {
  return `Job ${String((index % jobs) + 1).padStart(2, '0')}`;
}

/** Changes the row of each job ten times a second. */
function change(client: DaemonClient, ids: readonly string[]): { stop(): Promise<void> } {
  let stopped = false;
  const changing = (async () => {
    for (let round = 0; !stopped; round += 1) {
      const began = performance.now();
      const message = `step ${round}`;
      await Promise.all(
        ids.map((id) => client.report(id, { kind: 'progress', current: round % 90, total: 90, message })),
      );
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, pace - (performance.now() - began))));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await changing;
      client.close();
    },
  };
}

/** Where a row is. While it is redrawn, it is nowhere. */
async function boxOf(workbench: Workbench, title: string) {
  for (;;) {
    const box = await workbench
      .job(new RegExp(`^${title}`))
      .first()
      .boundingBox();
    if (box !== null) return box;
  }
}

/** Moves the focus to the rows. A page that has just opened may take it back. */
async function focusRows(workbench: Workbench): Promise<void> {
  const focused = workbench.section('Jobs').locator('.monaco-list:focus');
  do await workbench.page.keyboard.press('Control+0');
  while (!(await succeeds(focused.waitFor({ timeout: 1_000 }))));
}

/** Whether the page of a job comes to the front. */
function opens(workbench: Workbench, title: string): Promise<boolean> {
  const inFront = workbench.page.locator('.tabs-container').getByRole('tab', { name: title, selected: true });
  return succeeds(inFront.waitFor({ timeout: patience }));
}

function errors(page: Page): Promise<string[]> {
  return page.locator('.notification-list-item-message').allTextContents();
}
