/** What axe-core finds on a page inside of the editor. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type axe from 'axe-core';
import type { Frame, FrameLocator } from 'playwright-core';
import { root } from '../../tools/host/paths.ts';

const source = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/** WCAG 2.2 at level AA, and what its makers recommend beside it. */
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The page's own frame: scripts evaluated there pass by its content policy, as those of developer tools do. */
async function frameOf(panel: FrameLocator): Promise<Frame> {
  const frame = await (await panel.locator('body').elementHandle())?.ownerFrame();
  if (!frame) throw new Error('The page has no frame.');
  return frame;
}

/** Resolves when the page is drawn with its fonts: until then icons are empty boxes. */
export async function drawn(panel: FrameLocator): Promise<void> {
  await (await frameOf(panel)).evaluate(async () => {
    await document.fonts.ready;
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  });
}

/** What is wrong with the page, a line for each node: rule, node and help. */
export async function violations(panel: FrameLocator): Promise<string[]> {
  const frame = await frameOf(panel);
  await drawn(panel);
  await frame.evaluate(source);
  const found = await frame.evaluate(async (values) => {
    const checker = (window as unknown as { axe: typeof axe }).axe;
    const results = await checker.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return results.violations;
  }, standards);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 300)}\n  ${help}\n  ${node.failureSummary ?? ''}`),
  );
}
