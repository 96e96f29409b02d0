import { useEditor } from './useEditor.ts';
import { type Theme, themes } from './workbench.ts';

describe('Every kind of row, the status item and the detail panel', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  before(async () => {
    const { workbench } = use;
    const submit = (title: string, line: string) =>
      use.jobdeck('submit', '--title', title, '--type', 'build', '--shell', '--', line);
    await submit('Compile', 'echo compiled 12 files');
    await submit('Unit tests', `printf '\\033[32mok\\033[0m 1 adds\\n\\033[31mnot ok\\033[0m 2 divides\\n'; exit 1`);
    await submit('Deploy', 'jobdeck-has-no-such-command');
    await submit('Import orders', 'for i in $(seq 1000); do echo "order $i of 1000"; sleep 0.5; done');
    await workbench.job(/^Compile, Completed/).waitFor();
    await workbench.job(/^Unit tests, Failed/).waitFor();
    await workbench.job(/^Deploy, Failed/).waitFor();
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`are captured in the ${themes[theme].name} theme`, async () => {
      const { workbench } = use;
      await workbench.wear(theme);
      const screen = workbench.panel().locator('.log-screen');
      await workbench.openPage(workbench.job(/^Import orders, Running/), 'Import orders');
      await screen
        .getByText(/^order \d+ of 1000$/)
        .first()
        .waitFor();
      await workbench.photograph(`theme-${theme}-running`);
      await workbench.openPage(workbench.job(/^Unit tests, Failed/), 'Unit tests');
      await screen.getByText('divides').waitFor();
      await workbench.photograph(`theme-${theme}-failed`);
      await workbench.job(/^Deploy, Failed/).hover();
      await workbench.page.locator('.monaco-hover').filter({ hasText: 'Deploy' }).waitFor();
      await workbench.photograph(`theme-${theme}-tooltip`);
      // So that each page is created again in the next theme.
      await workbench.command('View: Close All Editors');
    });
  }
});
