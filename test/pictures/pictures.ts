/**
 * `npm run pictures`: photographs the real editor for the walkthrough (media/walkthrough) and the README (docs/images),
 * and films a job that fails and is retried. Needs what the walk tests need, and ffmpeg.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describeError, HostError } from '../../tools/host/hostError.ts';
import { root } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { Editor } from '../support/editor.ts';
import { type Theme, Workbench } from '../walk/workbench.ts';
import { writeAnimation, writePicture } from './encode.ts';
import { filmRetry } from './filmRetry.ts';
import { photographReadme } from './readme.ts';
import { Shop } from './shop.ts';
import { photographWalkthrough } from './walkthrough.ts';

/** Bytes of a picture of the walkthrough, which is part of the package, of one of the README, and of the film. */
const limits = { walkthrough: 100_000, readme: 300_000, film: 1_500_000 };

const settings = {
  'jobdeck.log.openOnStart': false,
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  'workbench.editor.empty.hint': 'hidden',
  'workbench.tips.enabled': false,
  'editor.minimap.enabled': false,
  'files.watcherExclude': { '**/orders.lock': true },
};

/** Where the pictures are to be, named by what is in them. */
const pathOf = (name: string) => join(root, name);

/** Makes the side bar so wide that rows say what they have to say. */
async function widenSideBar(page: Page): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('There is no side bar.');
  const edge = { x: box.x + box.width + 2, y: box.y + 300 };
  await page.mouse.move(edge.x, edge.y);
  await page.mouse.down();
  await page.mouse.move(edge.x + 50, edge.y, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(640, 400); // Away from the edge, which is marked under the pointer.
}

/** Does something in a window on a new shop of its own, in a new editor. */
async function inShop(
  theme: Theme,
  window: { viewport: { width: number; height: number }; scale: number },
  work: (workbench: Workbench, shop: Shop) => Promise<void>,
): Promise<void> {
  // It is seen in the pictures, so without a random name.
  const folder = join(tmpdir(), 'shop');
  if (existsSync(folder)) throw new HostError(`${folder} is there already.`, 'Move it away; it is made anew.');
  const editor = await Editor.start({ settings });
  try {
    mkdirSync(folder);
    const shop = new Shop(folder, editor.home);
    const workbench = new Workbench(await editor.open({ folder, ...window }));
    await workbench.wear(theme);
    await workbench.openJobs();
    await widenSideBar(workbench.page);
    await work(workbench, shop);
  } finally {
    await editor.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const parts: Record<string, () => Promise<void>> = {
  async walkthrough() {
    for (const theme of ['dark', 'light'] as const) {
      await inShop(theme, { viewport: { width: 900, height: 560 }, scale: 1.5 }, async (workbench, shop) => {
        for (const [name, png] of await photographWalkthrough(workbench, shop)) {
          await writePicture(png, pathOf(`media/walkthrough/${name}-${theme}.png`), limits.walkthrough);
        }
      });
    }
  },
  async readme() {
    await inShop('dark', { viewport: { width: 1320, height: 650 }, scale: 1.5 }, async (workbench, shop) => {
      for (const [name, png] of await photographReadme(workbench, shop)) {
        await writePicture(png, pathOf(`docs/images/${name}.png`), limits.readme);
      }
    });
  },
  async film() {
    await inShop('dark', { viewport: { width: 960, height: 600 }, scale: 1 }, async (workbench, shop) => {
      await writeAnimation(await filmRetry(workbench, shop), pathOf('docs/images/retry.gif'), limits.film);
    });
  },
};

try {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    throw new HostError(`No such pictures: ${unknown.join(', ')}.`, `There are: ${Object.keys(parts).join(', ')}.`);
  }
  const built = await run(process.execPath, ['esbuild.mjs'], { cwd: root });
  if (built.code !== 0) throw new HostError(`The build failed:\n${built.output.trim()}`);
  for (const [name, make] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await make();
    console.log(`${name}: done`);
  }
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
