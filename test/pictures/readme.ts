/** Takes the pictures of the README. */
import type { Workbench } from '../walk/workbench.ts';
import type { Shop } from './shop.ts';

/** Returns pictures by file name. */
export async function photographReadme(workbench: Workbench, shop: Shop): Promise<Map<string, Buffer>> {
  const { page } = workbench;
  const pictures = new Map<string, Buffer>();
  const photograph = async (name: string) => {
    await page.mouse.move(700, 300);
    pictures.set(name, await page.screenshot({ animations: 'disabled' }));
  };

  await shop.submit('Build', 'build', 'sleep 1.2; echo "compiled 214 modules"');
  await shop.submit('Deploy', 'deploy', 'echo "ship: not logged in" >&2; exit 4');
  await workbench.job(/^Build, Completed/).waitFor();
  await shop.jobdeck('queue', 'set', 'backup', '--concurrency', '1');
  for (const [table, seconds] of [
    ['customers', 0],
    ['orders', 600],
    ['invoices', 0],
  ] as const) {
    await shop.submit(table, 'backup', `sleep ${seconds}`, '--group', 'Nightly backup', '--queue', 'backup');
  }
  const group = workbench.job(/^Nightly backup, Running, 1\/3/);
  await group.locator('.monaco-tl-twistie').click();
  await workbench.job(/^orders, Running/).waitFor();
  await shop.submit('Import orders', 'import', 'node import-orders.js 600');
  const importing = workbench.job(/^Import orders, Running/);
  await importing.waitFor();
  await workbench.openPage(workbench.job(/^Import orders/).first(), /^Import orders/);
  await workbench.panel().getByText('order 7110').first().waitFor();
  await workbench.job(/^Import orders, Running.*left/).waitFor();
  await photograph('jobdeck');

  await workbench.clickButton(importing, 'Open Log');
  await workbench.terminal.getByText('order 7120').first().waitFor();
  await photograph('log');

  shop.lock();
  await workbench.command('View: Close All Editors');
  await shop.submit('Import returns', 'import', 'node import-orders.js 5');
  await workbench.job(/^Import returns, Failed/).waitFor();
  shop.unlock();
  await workbench.openPage(workbench.job(/^Import returns/).first(), /^Import returns/);
  await workbench.panel().getByText('The database is locked').first().waitFor();
  await workbench.command('Notifications: Clear All Notifications');
  await photograph('failed');

  await workbench.command('View: Close All Editors');
  await shop.jobdeck('define', 'add');
  await shop.jobdeck('schedule', 'add', 'backup', '--cron', '0 3 * * *', '--', 'node', 'import-orders.js');
  await workbench.section('Scripts').locator('.pane-header').click();
  for (const name of ['Schedules', 'Queues']) await workbench.section(name).locator('.pane-header').click();
  await workbench
    .section('Schedules')
    .getByRole('treeitem', { name: /backup/ })
    .waitFor();
  await page.keyboard.press('Control+P');
  await workbench.answer('jobs.json');
  await shop.jobdeck('run', '--detach', 'import');
  await page.locator('.codelens-decoration', { hasText: '/120' }).waitFor();
  await photograph('definitions');
  return pictures;
}
