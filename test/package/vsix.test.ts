import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { Editor } from '../support/editor.ts';
import { Workbench } from '../walk/workbench.ts';

/** All files in a folder, as relative paths. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
}

/** Fills a folder with links to all programs on this machine except Node and npm, to be used as PATH. */
function linkProgramsButNode(folder: string): void {
  mkdirSync(folder);
  for (const programs of ['/usr/local/bin', '/usr/bin', '/bin'].filter((path) => existsSync(path))) {
    for (const name of readdirSync(programs)) {
      const link = join(folder, name);
      if (!/^(node|nodejs|npm|npx|corepack)$/.test(name) && !existsSync(link)) symlinkSync(join(programs, name), link);
    }
  }
}

describe('The packaged extension', function () {
  this.timeout(120_000);
  const base = mkdtempSync(join(tmpdir(), 'jobdeck-package-'));
  let vsix = '';
  let editor: Editor | undefined;
  let workbench: Workbench | undefined;

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.photograph(`failed-${this.currentTest.title}`);
  });

  after(async () => {
    await editor?.close();
    rmSync(base, { recursive: true, force: true });
  });

  it('is one file for this platform, below 4 MB', async () => {
    const made = await run(process.execPath, ['esbuild.mjs', '--package'], { cwd: root });
    assert.equal(made.code, 0, made.output);
    const name = /jobdeck-[\w.-]+\.vsix/.exec(made.output)?.[0] ?? '';
    vsix = join(root, name);
    assert.match(name, new RegExp(`-${process.arch}-`));
    assert.ok(statSync(vsix).size < 4e6);
  });

  it('installs into an empty VS Code, with one native module and neither node_modules nor tests', async () => {
    const path = join(base, 'bin');
    linkProgramsButNode(path);
    const where = await run('/bin/sh', ['-c', 'command -v node'], { env: { PATH: path } });
    assert.notEqual(where.code, 0, 'Node is still on the PATH.');
    editor = await Editor.start({ vsix, env: { PATH: path } });
    const [folder, ...others] = readdirSync(editor.extensionsDir).filter((name) => !name.startsWith('extensions.json'));
    assert.deepEqual(others, []);
    assert.ok(folder !== undefined);
    const files = filesIn(join(editor.extensionsDir, folder));
    assert.equal(files.filter((file) => file.endsWith('.node')).length, 1);
    // The client for programs is not part of the extension.
    const bundles = readdirSync(join(root, 'dist')).filter((name) => /\.c?js$/.test(name) && name !== 'client.js');
    assert.ok(bundles.length > 10);
    assert.deepEqual(
      bundles.filter((name) => !files.includes(join('dist', name))),
      [],
    );
    const german = ['package.nls.de.json', join('l10n', 'bundle.l10n.de.json')];
    assert.deepEqual(
      german.filter((file) => !files.includes(file)),
      [],
    );
    const { walkthroughs } = JSON.parse(
      readFileSync(join(editor.extensionsDir, folder, 'package.json'), 'utf8'),
    ).contributes;
    const pictures = JSON.stringify(walkthroughs).match(/media\/[\w./-]+/g) ?? [];
    assert.ok(pictures.length > 4);
    assert.deepEqual(
      pictures.filter((path) => !files.includes(join(...path.split('/')))),
      [],
    );
    assert.deepEqual(
      files.filter((file) => /node_modules|test|\.ts$|\.map$/.test(file)),
      [],
    );
  });

  it('runs a job without Node on the PATH', async () => {
    assert.ok(editor);
    workbench = new Workbench(await editor.open());
    await workbench.openJobs();
    await workbench.run('echo packaged; command -v node || echo "no node here"');
    await workbench.job(/^echo packaged.*, Completed/).waitFor();
    await workbench.panel().locator('.xterm-rows').getByText('no node here').waitFor();
    await workbench.photograph('package');
  });

  it('shows a job again after the extension host was killed and restarted', async () => {
    assert.ok(editor && workbench);
    await workbench.run('sleep 12; echo outlived it');
    await workbench.job(/^sleep 12; echo outlived it, Running/).waitFor();
    process.kill(editor.extensionHostPid(), 'SIGKILL');
    await workbench.job(/^sleep 12; echo outlived it, Completed/).waitFor();
    await workbench.photograph('package-host-killed');
  });
});
