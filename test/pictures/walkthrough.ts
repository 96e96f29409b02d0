/** Takes the pictures of the four walkthrough steps. */
import type { Workbench } from '../walk/workbench.ts';
import type { Shop } from './shop.ts';

/** Returns pictures by step name. */
export async function photographWalkthrough(workbench: Workbench, shop: Shop): Promise<Map<string, Buffer>> {
  const { page } = workbench;
  const pictures = new Map<string, Buffer>();
  const photograph = async (name: string, clip: { x: number; y: number; width: number; height: number }) => {
    pictures.set(name, await page.screenshot({ clip, animations: 'disabled' }));
  };
  const upper = { x: 0, y: 0, width: 900, height: 430 };

  await shop.submit('Build', 'build', 'echo "compiled 214 modules"; sleep 1');
  await workbench.job(/^Build, Completed/).waitFor();
  await workbench.command('Jobdeck: Run Command…');
  await page.locator('.quick-input-list').getByText('npm run import').waitFor();
  await photograph('run', { ...upper, height: 360 });
  await page.keyboard.press('Escape');

  await shop.submit('Import orders', 'import', 'node import-orders.js 150');
  await workbench.job(/^Import orders, Running/).waitFor();
  await workbench.openPage(workbench.job(/^Import orders/).first(), /^Import orders/);
  await workbench.panel().locator('.log-screen').getByText('order 7125').first().waitFor();
  await workbench.job(/^Import orders, Running.*left/).waitFor();
  await page.mouse.move(640, 540);
  await photograph('watch', upper);

  shop.lock();
  await workbench.command('View: Close All Editors');
  // Not of the type import, whose outcome would not fit in a line above the definition.
  await shop.submit('Import returns', 'returns', 'node import-orders.js 5');
  await workbench.job(/^Import returns, Failed/).waitFor();
  shop.unlock();
  await workbench.openPage(workbench.job(/^Import returns/).first(), /^Import returns/);
  await workbench.panel().getByText('The database is locked').first().waitFor();
  await workbench.command('Notifications: Clear All Notifications');
  await page.mouse.move(640, 540);
  await photograph('fix', upper);

  await workbench.command('View: Close All Editors');
  await shop.jobdeck('define', 'add');
  await shop.jobdeck('schedule', 'add', 'backup', '--cron', '0 3 * * *', '--', 'node', 'import-orders.js');
  for (const name of ['Jobs', 'Scripts']) await workbench.section(name).locator('.pane-header').click();
  await workbench.section('Schedules').locator('.pane-header').click();
  await workbench
    .section('Schedules')
    .getByRole('treeitem', { name: /backup/ })
    .waitFor();
  await page.keyboard.press('Control+P');
  await workbench.answer('jobs.json');
  await shop.jobdeck('run', '--detach', 'import');
  await page.locator('.codelens-decoration', { hasText: '/120' }).waitFor();
  await page.mouse.move(640, 540);
  await photograph('plan', { ...upper, height: 500 });
  return pictures;
}
