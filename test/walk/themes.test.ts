import { cli } from '../host/paths.ts';
import { run } from '../host/processes.ts';
import { useEditor } from './useEditor.ts';
import { type Theme, themes } from './workbench.ts';

for (const theme of Object.keys(themes) as Theme[]) {
  describe(`In the theme ${themes[theme].name}`, () => {
    const use = useEditor({ theme, settings: { 'jobdeck.log.openOnStart': false } });

    it('every kind of row, the status item and the detail panel are there to look at', async () => {
      const { workbench, editor } = use;
      const submit = (title: string, line: string) =>
        run(process.execPath, [cli, 'submit', '--title', title, '--type', 'build', '--shell', '--', line], {
          cwd: editor.folder,
          env: { ...process.env, JOBDECK_HOME: editor.home },
        });
      await submit('Compile', 'echo compiled 12 files');
      await submit('Unit tests', `printf '\\033[32mok\\033[0m 1 adds\\n\\033[31mnot ok\\033[0m 2 divides\\n'; exit 1`);
      await submit('Deploy', 'jobdeck-has-no-such-command');
      await submit('Import orders', 'for i in $(seq 100); do echo "order $i of 100"; sleep 0.5; done');
      await workbench.job(/^Compile, Completed/).waitFor();
      await workbench.job(/^Unit tests, Failed/).waitFor();
      await workbench.job(/^Deploy, Failed/).waitFor();
      const running = workbench.job(/^Import orders, Running/);
      await running.click();
      await workbench.panel().locator('.log-screen').getByText('order 2 of 100').waitFor();
      await workbench.photograph(`theme-${theme}-running`);
      await workbench.job(/^Unit tests, Failed/).click();
      await workbench.panel().locator('.log-screen').getByText('divides').waitFor();
      await workbench.photograph(`theme-${theme}-failed`);
      await workbench.job(/^Deploy, Failed/).hover();
      await workbench.page.locator('.monaco-hover').filter({ hasText: 'Deploy' }).waitFor();
      await workbench.photograph(`theme-${theme}-tooltip`);
    });
  });
}
