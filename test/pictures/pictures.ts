/**
 * `npm run pictures`: takes screenshots of the real editor for the walkthrough (media/walkthrough) and the README
 * (docs/images), and records an animation of a failing job that is retried. Requires ffmpeg and the tools of the walk tests.
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

/**
 * Maximum sizes in bytes of walkthrough pictures (which are part of the package), README pictures and the animation.
 */
const limits = { walkthrough: 100_000, readme: 300_000, film: 1_500_000 };

const settings = {
  'jobdeck.run.opens': 'nothing',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  'workbench.editor.empty.hint': 'hidden',
  'workbench.tips.enabled': false,
  'editor.minimap.enabled': false,
  'files.watcherExclude': { '**/orders.lock': true },
};

/** Target files by picture name. */
const pathOf = (name: string) => join(root, name);

/** Widens the side bar so that rows are not truncated. */
async function widenSideBar(page: Page): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('The side bar is not visible.');
  const edge = { x: box.x + box.width + 2, y: box.y + 300 };
  await page.mouse.move(edge.x, edge.y);
  await page.mouse.down();
  await page.mouse.move(edge.x + 50, edge.y, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(640, 400); // Move away from the edge, which is highlighted on hover.
}

/** Runs `use` in a new editor on a new sample project. */
async function inShop(
  theme: Theme,
  window: { viewport: { width: number; height: number }; scale: number },
  work: (workbench: Workbench, shop: Shop) => Promise<void>,
): Promise<void> {
  // The path is visible in the pictures, so it must not be random.
  const folder = join(tmpdir(), 'shop');
  if (existsSync(folder)) throw new HostError(`${folder} already exists.`, 'Move it away and try again.');
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
    throw new HostError(`No such pictures: ${unknown.join(', ')}.`, `Available: ${Object.keys(parts).join(', ')}.`);
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
