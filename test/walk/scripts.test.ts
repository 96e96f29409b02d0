import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useEditor } from './useEditor.ts';

const files = {
  Makefile: 'greet: ## Greet from make\n\t@echo make greets\n',
  'Taskfile.yml': 'tasks:\n  lint:\n    desc: Check the style\n    cmd: echo task\n',
  justfile: '# Serve the documents\nserve:\n  echo just\n',
  'go.mod': 'module example.org/walked\n',
  'pyproject.toml': '[tool.poe.tasks]\ncov = { cmd = "pytest --cov", help = "Measure the coverage" }\n',
};

describe('Scripts of several tools', () => {
  const use = useEditor({}, (folder) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });

  it('are grouped by file, and run with their tool', async () => {
    const { workbench } = use;
    const scripts = workbench.section('Scripts');
    // There is no room for more rows.
    for (const name of [/^Makefile/, /^Taskfile.yml/, /^justfile/])
      await scripts.getByRole('treeitem', { name }).waitFor();
    await workbench.photograph('scripts-files');
    await workbench.clickButton(scripts.getByRole('treeitem', { name: /greet/ }), 'Run Script');
    await workbench.job(/^make greet, Completed/).waitFor();
    await workbench.panel().locator('.xterm-rows').getByText('make greets', { exact: true }).waitFor();
  });

  it('disappear with their files', async () => {
    const { workbench, editor } = use;
    for (const name of Object.keys(files)) rmSync(join(editor.folder, name));
    await workbench.section('Scripts').getByText('No scripts in this workspace.').waitFor();
  });
});

describe('Project scripts', () => {
  const use = useEditor({}, (folder) => {
    const scripts = { greet: 'echo greetings', fail: 'exit 4' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'walked', scripts }, null, 2));
  });

  it('are listed and run with a click', async () => {
    const { workbench } = use;
    const script = workbench.section('Scripts').getByRole('treeitem', { name: /greet/ });
    await workbench.clickButton(script, 'Run Script');
    await workbench.job(/greet.*, Completed/).waitFor();
    await workbench.panel().locator('.xterm-rows').getByText('greetings', { exact: true }).waitFor();
    await workbench.photograph('scripts');
  });

  it('are offered in the Command Palette', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Run Command…');
    await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'greet' }).first().waitFor();
    await workbench.photograph('run-picker');
    await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'fail' }).first().click();
    await workbench.job(/fail.*, Failed, exit code 4/).waitFor();
  });
});
