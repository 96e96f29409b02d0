/** Connections to remote engines in a real editor: the view and the commands, with replies scripted by the test. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { TaskSources } from '../../extension/engines/source/taskSources.ts';
import type { JobdeckApi } from '../../extension/extension.ts';
import type { QueuesNode } from '../../extension/queues/queuesTree.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Connection, RemoteSubmitRequest } from '../../shared/connection.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { makeConnection, makeRemoteQueue, makeWorker } from '../unit/extension/engines/builders.ts';
import { clear, jobdeck, Person, run, submit, until } from './harness.ts';

let api: JobdeckApi;
let person: Person;
let client: DaemonClient;
let connections: Connection[];

/** Calls to the client. */
let calls: unknown[][];

describe('remote engines', () => {
  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    client = await api.connection.client();
    person = new Person();
    person.presses();
    calls = [];
    connections = [makeConnection({ workers: [makeWorker()], queues: [makeRemoteQueue()] })];
    person.stubs.put(client, 'connections', async () => connections);
    person.stubs.put(client, 'removeConnection', async (name) => {
      calls.push(['remove', name]);
      connections = connections.filter((one) => one.name !== name);
    });
    person.stubs.put(client, 'reconcile', async (name) => {
      calls.push(['reconcile', name]);
      return makeConnection({ name });
    });
    await api.queues.refresh();
  });
  afterEach(async () => {
    person.restore();
    await api.queues.refresh();
  });

  const tree = () => api.queues.tree;
  const children = async (node?: QueuesNode) => {
    const rows = await tree().getChildren(node);
    return rows.map((row) => ({ row, item: tree().getTreeItem(row) }));
  };
  const below = async (...labels: string[]) => {
    let at: QueuesNode | undefined;
    for (const label of labels) {
      const found = (await children(at)).find(({ item }) => item.label === label);
      assert.ok(found !== undefined, label);
      at = found.row;
    }
    return children(at);
  };
  const connection = async (name: string) => {
    const found = (await below('Engines')).find(({ item }) => item.label === name);
    assert.ok(found !== undefined, name);
    return found.row;
  };

  it('have rows with workers, queues, and the problem in the tooltip', async () => {
    connections = [
      makeConnection({
        state: 'unreachable',
        problem: { code: 'CONNECTION_FAILED', message: 'Could not reach the server.', hint: null },
        workers: [makeWorker()],
        queues: [makeRemoteQueue()],
      }),
    ];
    await api.queues.refresh();
    const prod = (await below('Engines')).find(({ item }) => item.label === 'prod');
    assert.match(String(prod?.item.description), /^Celery · not reachable since .* · 0 running$/);
    assert.equal(prod?.item.contextValue, 'connection celery writable');
    assert.deepEqual(
      (await below('Engines', 'prod')).map(({ item }) => item.label),
      ['celery@one', 'celery'],
    );
    const resolved = tree().resolveTreeItem(new vscode.TreeItem('prod'), await connection('prod'));
    assert.ok((resolved.tooltip as vscode.MarkdownString).value.includes('Could not reach the server'));
  });

  it('update only their own rows when they change', async () => {
    const prod = await connection('prod');
    const drawn: unknown[] = [];
    const subscription = tree().onDidChangeTreeData((nodes) => drawn.push(nodes));
    connections = connections.map((one) => ({ ...one, state: 'refused' as const }));
    await api.queues.refresh();
    subscription.dispose();
    assert.deepEqual(drawn, [[prod]]);
  });

  it('explain how to add a connection while there are none', async () => {
    connections = [];
    await api.queues.refresh();
    const rows = await below('Engines');
    assert.equal(rows.at(-1)?.item.label, 'Connect Celery or Inngest…');
    assert.equal(rows.at(-1)?.item.command?.command, 'jobdeck.addConnection');
    await run('refreshConnection');
    assert.deepEqual(person.messages.at(-1), {
      message: 'No connections to Celery or Inngest yet.',
      buttons: ['Add Connection…'],
    });
  });

  it('are reconciled and removed from their row, or from the Command Palette by selection', async () => {
    await run('refreshConnection', await connection('prod'));
    await run('refreshConnection');
    assert.deepEqual(person.offered, [], 'There is only one.');
    await run('removeConnection', await connection('prod'));
    assert.deepEqual(calls, [
      ['reconcile', 'prod'],
      ['reconcile', 'prod'],
    ]);
    person.presses('Remove');
    await run('removeConnection', await connection('prod'));
    assert.deepEqual(calls.at(-1), ['remove', 'prod']);
    assert.ok(!(await below('Engines')).some(({ item }) => item.label === 'prod'));
  });

  it('report a failed reconciliation and a missing connection', async () => {
    person.stubs.put(client, 'reconcile', async () => {
      throw new JobdeckError({
        code: 'CONNECTION_FAILED',
        message: 'Could not reach the server.',
        hint: 'Check that it is running.',
      });
    });
    await run('refreshConnection', await connection('prod'));
    assert.equal(person.messages.at(-1)?.message, 'Could not reach the server. Check that it is running.');
    await run('removeConnection', 'gone');
    assert.equal(person.messages.at(-1)?.message, 'Connection gone no longer exists.');
  });

  it('show only their jobs on request', async () => {
    await submit(api, 'sleep 300');
    await run('showConnectionJobs', await connection('prod'));
    assert.deepEqual(api.view.tree.filter, { connection: ['prod'] });
    assert.deepEqual(api.view.tree.shownJobs(), []);
    await run('clearFilter');
  });

  describe('running a remote task', () => {
    let requests: RemoteSubmitRequest[];
    let refusal: JobdeckError | null;

    beforeEach(async () => {
      requests = [];
      refusal = null;
      const job = await submit(api, 'true');
      person.stubs.put(client, 'targets', async () => [{ kind: 'task', name: 'tasks.add', title: null }]);
      person.stubs.put(client, 'submitTo', async (_name, request) => {
        requests.push(request);
        if (refusal !== null && request.anyName !== true) throw refusal;
        return client.get(job.id);
      });
    });

    /** Selects the task from the first list, then these labels from the following lists. */
    const choose = (target: string, ...choices: string[]) => {
      person.runs((pick) => {
        // The targets are loaded asynchronously.
        void until(() => pick.items.some(({ label }) => label.includes(target))).then(() => {
          pick.choose(target);
          pick.enter();
        });
      });
      person.stubs.put(vscode.window, 'showQuickPick', (async (items: readonly vscode.QuickPickItem[]) => {
        const part = choices.shift();
        return part === undefined ? undefined : items.find(({ label }) => label.includes(part));
      }) as unknown as typeof vscode.window.showQuickPick);
    };

    it('takes arguments as JSON and further options', async () => {
      choose('tasks.add', 'Priority', 'Run');
      const texts = ['[2, 3]', '{"dry": true}', '3'];
      person.stubs.put(vscode.window, 'showInputBox', (async (options?: vscode.InputBoxOptions) => {
        const text = texts.shift() ?? '';
        assert.equal(await options?.validateInput?.(text), undefined);
        return text;
      }) as typeof vscode.window.showInputBox);
      await run('runRemote', await connection('prod'));
      const { createdBy, ...request } = requests[0] ?? {};
      assert.deepEqual(request, { task: 'tasks.add', args: [2, 3], kwargs: { dry: true }, priority: 3 });
      assert.ok(createdBy);
    });

    it('asks before sending an unknown task, and keeps the input when it is rejected', async () => {
      refusal = new JobdeckError({
        code: 'UNKNOWN_TARGET',
        message: 'No worker knows tasks.add.',
        hint: 'Is it spelled right?',
      });
      choose('tasks.add', 'Run', 'Run');
      person.types('');
      person.presses();
      await run('runRemote', await connection('prod'));
      assert.deepEqual(person.messages.at(-1), {
        message: 'No worker knows tasks.add.',
        detail: 'Is it spelled right?',
        buttons: ['Send Anyway'],
      });
      assert.equal(requests.length, 2);
      choose('tasks.add', 'Run');
      person.presses('Send Anyway');
      await run('runRemote', await connection('prod'));
      assert.equal(requests.at(-1)?.anyName, true);
    });

    it('is not offered for read-only connections', async () => {
      connections = [makeConnection({ readOnly: true })];
      await run('runRemote');
      assert.equal(person.messages.at(-1)?.message, 'All connections are read-only.');
      assert.deepEqual(requests, []);
    });
  });

  it('reject local jobs', async () => {
    const job = await submit(api, 'true');
    await run('openTaskSource', job.id);
    assert.equal(person.messages.at(-1)?.message, '“true” is not a Celery or Inngest job.');
    await run('openTaskSource');
    assert.equal(person.messages.at(-1)?.message, 'No Celery or Inngest jobs.');
    await run('rerunFromStep', job.id);
    assert.match(person.messages.at(-1)?.message ?? '', /step/);
  });
});

describe('the source of a task', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const base = join(folder?.uri.fsPath ?? '', 'engines-test');
  const sources = new TaskSources();

  const write = (path: string, ...lines: string[]) => {
    mkdirSync(join(base, path, '..'), { recursive: true });
    writeFileSync(join(base, path), lines.join('\n'));
  };
  const find = async (engine: 'celery' | 'inngest', name: string) => {
    const found = await sources.findNow({ engine, name });
    return found === null ? null : [vscode.workspace.asRelativePath(found.uri), found.line + 1];
  };

  before(() => {
    write('src/shop/__init__.py', '');
    write('src/shop/tasks.py', '@app.task', 'def add(a, b): ...');
    write('src/shop/mail/__init__.py', 'from .send import *');
    write('src/shop/mail/send.py', '', 'def send(to): ...');
    write('src/named.py', '', '', "@app.task(name='own/name')", 'def other(): ...');
    write('venv/lib/shop/tasks.py', 'def gone(): ...');
    write('node_modules/x/f.ts', "inngest.createFunction({ id: 'vendored' }, x)");
    write('web/functions.ts', '', 'inngest.createFunction(', "  { id: 'receipt' },");
    write('web/jobs.py', '@client.create_function(fn_id="nightly", trigger=x)');
  });
  after(() => {
    sources.dispose();
    rmSync(base, { recursive: true, force: true });
  });

  it('is found by module name, in its package, or by an explicit name', async () => {
    assert.deepEqual(await find('celery', 'shop.tasks.add'), ['engines-test/src/shop/tasks.py', 2]);
    assert.deepEqual(await find('celery', 'shop.mail.send'), ['engines-test/src/shop/mail/send.py', 2]);
    assert.deepEqual(await find('celery', 'own/name'), ['engines-test/src/named.py', 3]);
  });

  it('is found for Inngest functions in TypeScript and Python', async () => {
    assert.deepEqual(await find('inngest', 'receipt'), ['engines-test/web/functions.ts', 2]);
    assert.deepEqual(await find('inngest', 'nightly'), ['engines-test/web/jobs.py', 1]);
  });

  it('is not searched in installed packages, and may not exist', async () => {
    assert.equal(await find('celery', 'shop.tasks.gone'), null);
    assert.equal(await find('inngest', 'vendored'), null);
  });

  it('is cached until files change', async () => {
    const sought = { engine: 'celery', name: 'shop.later.run' } as const;
    assert.equal(await sources.find(sought), null);
    write('src/shop/later.py', 'def run(): ...');
    assert.equal(await sources.find(sought), null);
    const at = vscode.Uri.file(join(base, 'src/shop/later.py'));
    const document = await vscode.workspace.openTextDocument(at);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(at, new vscode.Position(0, 0), '\n');
    await vscode.workspace.applyEdit(edit);
    await document.save();
    assert.equal((await sources.find(sought))?.line, 1);
  });
});
