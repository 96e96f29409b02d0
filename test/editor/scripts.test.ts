import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { clear, ended, jobdeck, jobThat, Person, run, until } from './harness.ts';

describe('the scripts view', () => {
  let api: JobdeckApi;
  let person: Person;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const manifest = join(folder, 'package.json');

  before(async () => {
    api = await jobdeck();
    await clear(api);
    await writeFile(manifest, '{\n  "scripts": {\n    "greet": "echo hello",\n    "fail": "exit 3"\n  }\n}\n');
  });
  beforeEach(() => {
    person = new Person();
    person.presses();
  });
  afterEach(() => person.restore());
  after(() => rm(manifest));

  const rows = async () => api.scripts.getChildren();
  const labels = async () => (await rows()).map((node) => String(api.scripts.getTreeItem(node).label));
  const row = (name: string) =>
    until(async () => (await rows()).find((node) => api.scripts.getTreeItem(node).label === name));

  it('lists the current scripts of the workspace’s package.json', async () => {
    await until(async () => (await labels()).join() === 'greet,fail');
    const item = api.scripts.getTreeItem(await row('greet'));
    assert.equal(item.description, 'echo hello');
    assert.equal(item.contextValue, 'script');
  });

  it('runs a script as a job', async () => {
    await run('runScript', await row('greet'));
    const job = await jobThat(api, ({ title }) => title === 'npm run greet');
    assert.equal(job.type, 'greet');
    assert.equal(job.cwd, folder);
    assert.equal(job.commandLine, 'npm run greet');
    assert.equal((await ended(api, job.id)).exitCode, 0);
  });

  it('is also offered by Run…', async () => {
    person.runs((pick) => {
      pick.choose('npm run fail');
      pick.enter();
    });
    await run('run');
    const job = await jobThat(api, ({ title }) => title === 'npm run fail');
    assert.equal((await ended(api, job.id)).status, 'failed');
  });

  it('groups them by file if there are several, and runs each with its own tool', async () => {
    const makefile = join(folder, 'Makefile');
    await writeFile(makefile, 'hello: ## Say hello\n\t@echo from make\n');
    await until(async () => (await labels()).join() === 'package.json,Makefile');
    const [target] = await api.scripts.getChildren(await row('Makefile'));
    assert.ok(target?.kind === 'script');
    const item = api.scripts.getTreeItem(target);
    assert.deepEqual([item.label, item.description, item.contextValue], ['hello', 'Say hello', 'script']);
    await run('runScript', target);
    const job = await jobThat(api, ({ title }) => title === 'make hello');
    assert.deepEqual([job.commandLine, job.cwd, job.type], ['make hello', folder, 'hello']);
    await ended(api, job.id);
    await rm(makefile);
    await until(async () => (await labels()).join() === 'greet,fail');
  });

  it('lists and runs the tasks of other active extensions', async () => {
    const typescript = vscode.extensions.getExtension('vscode.typescript-language-features');
    assert.ok(typescript, 'the editor has TypeScript');
    const added = ['tsconfig.json', 'node_modules'].map((name) => join(folder, name));
    const bin = join(folder, 'node_modules', '.bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'tsc'), '#!/bin/sh\necho compiled "$@"\n', { mode: 0o755 });
    await writeFile(join(folder, 'tsconfig.json'), '{}');
    await typescript.activate();
    await vscode.commands.executeCommand('jobdeck.jobs.focus');
    await vscode.commands.executeCommand('jobdeck.scripts.focus');
    // Its provider may have no tasks yet. The files of the scripts lead to another look.
    await until(async () => {
      await writeFile(manifest, '{ "scripts": { "greet": "echo hello", "fail": "exit 3" } }');
      await new Promise((resolve) => setTimeout(resolve, 500));
      return (await labels()).join() === 'package.json,Tasks of Extensions';
    });
    const tasks = await api.scripts.getChildren(await row('Tasks of Extensions'));
    const build = tasks.find((node) => node.kind === 'script' && /^tsc: build/.test(node.script.name));
    assert.ok(build?.kind === 'script');
    await run('runScript', build);
    const job = await jobThat(api, ({ title }) => title.startsWith('tsc: build'));
    assert.equal((await ended(api, job.id)).exitCode, 0);
    assert.match(job.commandLine ?? '', /tsc.* -p /);
    for (const path of added) await rm(path, { recursive: true });
    await writeFile(manifest, '{ "scripts": { "greet": "echo hello", "fail": "exit 3" } }\n');
    await until(async () => (await labels()).join() === 'greet,fail');
  });

  it('updates with the file', async () => {
    await writeFile(manifest, '{ "scripts": { "other": "true" } }');
    await until(async () => (await labels()).join() === 'other');
  });
});
