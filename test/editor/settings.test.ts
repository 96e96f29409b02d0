import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { daemonHome } from '../../shared/client/home.ts';
import { daemonInfo, jobdeck, Person, until } from './harness.ts';

describe('settings of the daemon', () => {
  const file = join(daemonHome(), 'config.json');
  const name = 'jobdeck.daemon.retention.days';
  const settings = () => vscode.workspace.getConfiguration();
  const set = (value: unknown) => settings().update(name, value, vscode.ConfigurationTarget.Global);
  const content = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);
  let api: JobdeckApi;
  let before: string | undefined;

  beforeEach(async () => {
    api = await jobdeck();
    before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  });
  afterEach(async () => {
    if (before === undefined) rmSync(file, { force: true });
    else writeFileSync(file, before);
    await until(() => settings().inspect(name)?.globalValue === undefined);
    await api.settings.settled;
  });

  it('are written to config.json, which keeps what else it has', async () => {
    writeFileSync(file, '{"staleMinutes": 7}');
    await set(12);
    await until(() => settings().get('jobdeck.daemon.staleMinutes') === 7);
    await until(() => content()?.retention?.days === 12);
    assert.deepEqual(content(), { staleMinutes: 7, retention: { days: 12 } });
    await set(undefined);
    await until(() => content()?.retention === undefined);
    assert.deepEqual(content(), { staleMinutes: 7 });
  });

  it('follow config.json when it is changed elsewhere', async () => {
    writeFileSync(file, '{"retention": {"days": 5}}');
    await until(() => settings().get(name) === 5);
    writeFileSync(file, '{"retention": {"days": 6}}');
    await until(() => settings().get(name) === 6);
    writeFileSync(file, '{}');
    await until(() => settings().inspect(name)?.globalValue === undefined);
    assert.deepEqual(content(), {});
  });

  it('are not written to a broken config.json, and the user is told', async () => {
    const person = new Person();
    person.presses();
    writeFileSync(file, '{"retention": ');
    await set(8);
    const refused = /^The setting was not saved, because .*config\.json is not valid JSON/;
    await until(() => person.messages.some(({ message }) => refused.test(message)));
    assert.equal(readFileSync(file, 'utf8'), '{"retention": ');
    person.restore();
    await set(undefined);
  });
});

describe('settings of the Jobs view', () => {
  it('sort and group it, unless the workspace has chosen something else', async () => {
    const api = await jobdeck();
    const arrangement = () => api.view.tree.arrangement;
    const before = arrangement();
    const set = (value: unknown) =>
      vscode.workspace.getConfiguration().update('jobdeck.view.groupBy', value, vscode.ConfigurationTarget.Global);
    const isChosen = before.group !== 'status';
    assert.equal(isChosen, false);
    await set('day');
    await until(() => arrangement().group === 'day');
    api.view.setArrangement({ sort: 'title', group: 'type' });
    await set('none');
    await until(() => vscode.workspace.getConfiguration().get('jobdeck.view.groupBy') === 'none');
    assert.deepEqual(arrangement(), { sort: 'title', group: 'type' });
    await set(undefined);
    api.view.setArrangement(before);
  });
});

describe('the terminals of the editor', () => {
  it('have the command jobdeck on their PATH', async () => {
    await jobdeck();
    const out = join(daemonHome(), 'terminal-path.txt');
    const terminal = vscode.window.createTerminal({ shellPath: '/bin/sh' });
    terminal.sendText(`jobdeck daemon status --json > '${out}.part'; mv '${out}.part' '${out}'`);
    await until(() => existsSync(out));
    terminal.dispose();
    assert.match(readFileSync(out, 'utf8'), new RegExp(`"pid": ?${daemonInfo().pid},`));
    rmSync(out);
  });
});
