/** The animation in the README: a job starts, fails, shows its error, is retried and completes. */
import type { Workbench } from '../walk/workbench.ts';
import type { Frame } from './encode.ts';
import { Film } from './film.ts';
import type { Shop } from './shop.ts';

export async function filmRetry(workbench: Workbench, shop: Shop): Promise<Frame[]> {
  const { page } = workbench;
  await shop.submit('Build', 'build', 'echo "compiled 214 modules"; sleep 1');
  await workbench.job(/^Build, Completed/).waitFor();
  shop.lock();
  const film = new Film(page, 150);
  await workbench.command('Jobdeck: Run Command…');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'npm run import' }).click();
  await workbench.job(/^npm run import, Running/).click();
  await page.mouse.move(700, 500); // The row's tooltip would cover the page.
  const panel = workbench.panel();
  await workbench.job(/^npm run import, Failed/).waitFor();
  await panel.getByText('The database is locked').first().waitFor();
  await page.waitForTimeout(2_500); // Time to read it.
  shop.unlock();
  await panel.getByRole('button', { name: 'Retry', exact: true }).click();
  await workbench.job(/^npm run import, Running.*attempt 2/).waitFor();
  await workbench.job(/^npm run import, Completed.*attempt 2/).waitFor();
  await panel.getByText('Completed').first().waitFor();
  await page.waitForTimeout(1_000);
  return await film.end();
}
