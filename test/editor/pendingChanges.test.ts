import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../extension/base/event.ts';
import type { ConnectionState } from '../../extension/daemon/access.ts';
import { PendingChanges } from '../../extension/definitions/pendingChanges.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import { Person, until } from './harness.ts';

describe('changes of definitions to review', () => {
  const person = new Person();
  const states = new Emitter<ConnectionState>();
  const ok: ConnectionState = { status: 'connected', error: null, warnings: [] };
  const pending = [{ code: 'DEFINITION_PENDING', message: 'jobs.json has changed.', hint: null }];
  const file = {
    path: '/folder/.vscode/jobs.json',
    workspace: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? null,
    problems: [],
    names: [],
    pending: { digest: 'd', changes: [] },
  };
  let state = ok;
  let files = [file];
  let changes: PendingChanges;

  const becomes = (next: ConnectionState) => {
    state = next;
    states.fire(next);
  };
  const read = () => new Promise<void>((resolve) => setImmediate(resolve));

  before(() => {
    person.presses();
    const client = { definitions: async () => ({ files }) } as unknown as DaemonClient;
    const access = {
      get state() {
        return state;
      },
      onDidChangeState: states.event,
      client: async () => client,
    };
    changes = new PendingChanges({ access, t: (text) => text, log: () => undefined });
  });
  after(() => {
    changes.dispose();
    person.restore();
    // The actual daemon has none.
    void vscode.commands.executeCommand('setContext', 'jobdeck.pendingDefinitions', false);
  });

  it('are announced once, although the warnings arrive after the connection', async () => {
    for (const _ of ['first', 'again']) {
      becomes({ ...ok, status: 'reconnecting' });
      becomes(ok);
      await read();
      becomes({ ...ok, warnings: pending });
      await until(() => changes.has(file.path));
      await read();
    }
    assert.equal(person.messages.length, 1);
  });

  it('are not mentioned while the daemon is stopped, as that would hide the button to start it', () => {
    assert.ok(changes.notice());
    becomes({ ...ok, status: 'offline' });
    assert.equal(changes.notice(), undefined);
  });

  it('are announced again after they were activated', async () => {
    files = [];
    becomes(ok);
    await until(() => !changes.has(file.path));
    files = [file];
    becomes({ ...ok, warnings: pending });
    await until(() => person.messages.length === 2);
  });
});
