import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { Editor } from '../support/editor.ts';
import { Workbench } from './workbench.ts';

/** Scripts of a typical shop. They only print. */
const scripts = {
  build: 'echo "compiled 214 modules"',
  test: 'node --test',
  import: 'node import-orders.js',
  deploy: 'ship --to production',
};

describe('A working day at a glance', function () {
  this.timeout(120_000);
  let editor: Editor | undefined;

  after(async () => {
    await editor?.close();
  });

  it('shows jobs, details and a live log side by side', async () => {
    editor = await Editor.start({ settings: { 'jobdeck.run.opens': 'nothing', 'window.commandCenter': false } });
    const { home } = editor;
    const folder = join(editor.folder, 'shop');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', scripts }, null, 2));
    const jobdeck = (...args: string[]) =>
      run(process.execPath, [cli, ...args], { cwd: folder, env: { ...process.env, JOBDECK_HOME: home } });
    const submit = (title: string, type: string, line: string, ...options: string[]) =>
      jobdeck('submit', '--title', title, '--type', type, ...options, '--shell', '--', line);
    await submit('Build', 'build', 'sleep 1.2; echo "compiled 214 modules"');
    await submit('Deploy', 'deploy', 'echo "ship: not logged in" >&2; exit 4');
    const workbench = new Workbench(await editor.open({ folder }));
    await workbench.wear('dark');
    await workbench.openJobs();
    await workbench.job(/^Build, Completed/).waitFor();
    await jobdeck('queue', 'set', 'backup', '--concurrency', '1');
    for (const [table, seconds] of [
      ['customers', 0],
      ['orders', 600],
      ['invoices', 0],
    ] as const) {
      await submit(table, 'backup', `sleep ${seconds}`, '--group', 'Nightly backup', '--queue', 'backup');
    }
    const group = workbench.job(/^Nightly backup, Running, 1\/3/);
    await workbench.openPage(group, 'Nightly backup');
    await group.locator('.monaco-tl-twistie').click();
    await workbench.job(/^orders, Running/).waitFor();
    await workbench.panel().getByText('invoices').first().waitFor();
    await workbench.photograph('group');
    await submit(
      'Import orders',
      'import',
      `for n in $(seq 120); do printf '\\033[32morder %s\\033[0m  %s items, shipped  [%s/120]\\n' $((7100 + n)) $((n % 7 + 1)) $n; sleep 0.2; done`,
    );
    const importing = workbench.job(/^Import orders, Running/);
    await workbench.openPage(importing, 'Import orders');
    // Any line number, because the first lines may have scrolled away on a slow machine.
    await workbench
      .panel()
      .getByText(/order 7[12]\d\d/)
      .first()
      .waitFor();
    await workbench.command('View: Split Editor Down');
    await workbench.clickButton(importing, 'Open Log');
    await workbench.terminal
      .getByText(/order 7[12]\d\d/)
      .first()
      .waitFor();
    await workbench.page.mouse.move(640, 20);
    await workbench.photograph('glance', 30); // Excludes the title bar.
  });
});
