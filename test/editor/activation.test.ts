import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds, viewIds } from '../../extension/base/ids.ts';
import { jobdeck } from './harness.ts';

describe('activation', () => {
  it('happens automatically when the editor has started, and connects to a daemon', async () => {
    const api = await jobdeck();
    assert.equal(api.connection.state.status, 'connected');
    assert.equal(api.model.loaded, true);
  });

  it('registers every command of package.json', async () => {
    await jobdeck();
    const registered = await vscode.commands.getCommands(true);
    for (const id of Object.values(commandIds)) assert.ok(registered.includes(id), id);
  });

  it('provides its views', async () => {
    const commands = await vscode.commands.getCommands(true);
    assert.ok(commands.includes(`${viewIds.jobs}.focus`));
    assert.ok(commands.includes(`${viewIds.scripts}.focus`));
    await vscode.commands.executeCommand(`${viewIds.jobs}.focus`);
  });
});
