/** The jobs view with much in it, in a narrow side bar. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { useEditor } from './useEditor.ts';
import { Workbench } from './workbench.ts';

/** Width of the narrow side bar in pixels. */
const narrow = 200;

describe('The jobs view', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } }, (folder) =>
    writeFileSync(join(folder, 'package.json'), '{"scripts":{"build":"true"}}'),
  );
  let client: DaemonClient;

  before(async function () {
    this.timeout(120_000);
    const { workbench, editor } = use;
    await workbench.run('true');
    await workbench.job(/^true, Completed/).waitFor();
    const info = await readDaemonInfo(editor.home);
    assert.ok(info);
    client = new DaemonClient(info);
  });
  after(() => client?.close());

  const reported = async (title: string) =>
    (await client.startReported({ title, workspace: use.editor.folder })).job.id;

  it('has no text about missing jobs or scripts while they are being read', async () => {
    const texts: string[] = [];
    const page = await use.editor.open({
      prepare: async (opened) => {
        await opened.exposeFunction('seeWelcome', (text: string) => texts.push(text));
        await opened.addInitScript(() => {
          const { seeWelcome } = window as unknown as { seeWelcome(text: string): void };
          new MutationObserver(() => {
            for (const welcome of document.querySelectorAll<HTMLElement>('.welcome-view-content')) {
              if (welcome.offsetParent !== null) seeWelcome(welcome.textContent ?? '');
            }
          }).observe(document, { childList: true, subtree: true });
        });
      },
    });
    const other = new Workbench(page);
    await other.openJobs();
    await other.job(/^true, Completed/).waitFor();
    await page.context().close();
    const jobs = texts.filter((text) => /No jobs|untrusted|package\.json/i.test(text));
    assert.deepEqual(jobs, []);
  });

  it('shows the latest failures and a row for the rest, so that the latest job is in reach', async () => {
    const { workbench } = use;
    const ids = await Promise.all(Array.from({ length: 60 }, (_, index) => reported(`Shard ${index}`)));
    for (const id of ids) await client.report(id, { kind: 'fail', message: 'out of memory' });
    const done = await reported('Just done');
    await client.report(done, { kind: 'complete' });
    await workbench.section('Jobs').getByRole('treeitem', { name: 'Failed (60)' }).waitFor();
    await workbench
      .section('Jobs')
      .getByRole('treeitem', { name: /^Show All…, 50 more jobs/ })
      .waitFor();
    await workbench.job(/^Just done, Completed/).waitFor();
    await workbench.photograph('tree-failures');
  });

  it('shows progress first, whatever the width, and also below the buttons of the row', async () => {
    const { workbench } = use;
    const training = await reported('Train the large model on all the shards');
    await client.report(training, { kind: 'progress', current: 12, total: 45, phase: 'Epoch' });
    const paused = await client.submit({ command: { argv: ['sleep', '600'] }, title: 'Import orders' });
    await workbench.job(/^Import orders, Running/).waitFor();
    await client.pause(paused.id);
    await resize(workbench, narrow);
    const row = workbench.job(/^Train the large model/);
    await row.hover();
    await row.getByRole('button', { name: 'Cancel Job' }).waitFor();
    const percent = await row.getByText('26%').boundingBox();
    assert.ok(percent !== null && percent.x > 0 && percent.x + 30 < narrow + 48, JSON.stringify(percent));
    await workbench.section('Jobs').getByRole('treeitem', { name: 'Paused (1)' }).waitFor();
    await workbench.photograph('tree-narrow');
  });

  it('ignores the second click on a button when another row has come under the pointer', async () => {
    const { workbench } = use;
    for (const title of ['First', 'Second']) await client.submit({ command: { argv: ['sleep', '600'] }, title });
    const rows = workbench.section('Jobs').getByRole('treeitem', { name: /^(First|Second), Running/ });
    await rows.nth(1).waitFor();
    const upper = rows.first();
    const [title = ''] = /^\w+/.exec((await upper.getAttribute('aria-label')) ?? '') ?? [];
    await upper.hover();
    const box = await upper.getByRole('button', { name: 'Cancel Job' }).boundingBox();
    assert.ok(box);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await workbench.page.mouse.click(x, y);
    await workbench.job(new RegExp(`^${title}, Cancelled`)).waitFor();
    await workbench.page.mouse.click(x, y);
    const other = title === 'First' ? 'Second' : 'First';
    const row = workbench.job(new RegExp(`^${other}, `));
    // The page comes after everything that the click has started.
    await workbench.openPage(row, other);
    await workbench.panel().getByRole('heading', { name: other }).waitFor();
    const { jobs } = await client.list({ status: 'running' });
    const left = jobs.find((job) => job.title === other);
    assert.equal(left?.cancelRequestedAt, null);
    await workbench.photograph('tree-cancelled');
  });
});

/** Drags the border of the side bar. */
async function resize({ page }: Workbench, width: number): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width, 400);
  await page.mouse.down();
  await page.mouse.move(box.x + width, 400, { steps: 5 });
  await page.mouse.up();
}
