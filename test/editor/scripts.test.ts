import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
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

  it('updates with the file', async () => {
    await writeFile(manifest, '{ "scripts": { "other": "true" } }');
    await until(async () => (await labels()).join() === 'other');
  });
});
