/** Runs axe-core on a page in the editor. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type axe from 'axe-core';
import type { Frame, FrameLocator } from 'playwright-core';
import { root } from '../../tools/host/paths.ts';

const source = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/** WCAG 2.2 at level AA, plus axe-core's best practices. */
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The page's inner frame. Scripts evaluated there bypass its content security policy, as in developer tools. */
async function frameOf(panel: FrameLocator): Promise<Frame> {
  const frame = await (await panel.locator('body').elementHandle())?.ownerFrame();
  if (!frame) throw new Error('The page has no inner frame.');
  return frame;
}

/** Resolves when the page is rendered with its fonts. Before that, icons are empty boxes. */
export async function waitUntilRendered(panel: FrameLocator): Promise<void> {
  await (await frameOf(panel)).evaluate(async () => {
    await document.fonts.ready;
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  });
}

/** Returns one line per violating node: rule, node and help text. */
export async function violations(panel: FrameLocator): Promise<string[]> {
  const frame = await frameOf(panel);
  await waitUntilRendered(panel);
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
