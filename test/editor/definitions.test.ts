import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commandIds, settingIds } from '../../extension/base/ids.ts';
import type { JobdeckApi } from '../../extension/extension.ts';
import { daemonHome } from '../../shared/client/home.ts';
import { clear, ended, jobdeck, jobThat, Person, run, until } from './harness.ts';

describe('definitions in the editor', () => {
  let api: JobdeckApi;
  let person: Person;
  const changes: vscode.Disposable[] = [];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const path = join(folder, '.vscode', 'jobs.json');
  const uri = vscode.Uri.file(path);
  const homeFile = join(daemonHome(), 'jobs.json');

  before(async () => {
    api = await jobdeck();
    await mkdir(join(folder, '.vscode'), { recursive: true });
    // An opened log would cover the file.
    await openLogs(false);
  });
  after(() => openLogs(undefined));
  beforeEach(async () => {
    await clear(api);
    person = new Person();
    person.presses();
  });
  afterEach(async () => {
    person.restore();
    for (const one of changes.splice(0)) one.dispose();
    for (const document of vscode.workspace.textDocuments) if (document.isDirty) await document.save();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(path, { force: true });
    await rm(homeFile, { force: true });
    await api.defined.definitions.refresh();
  });

  function openLogs(value: boolean | undefined): Thenable<void> {
    return vscode.workspace
      .getConfiguration()
      .update(settingIds.openLogOnStart, value, vscode.ConfigurationTarget.Global);
  }

  async function define(file: object, at = path): Promise<void> {
    await writeFile(at, JSON.stringify(file, null, 2));
    await api.defined.definitions.refresh();
  }

  /** Opens the file in an editor and waits until its content matches the file on disk. */
  async function opened(): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const text = await readFile(path, 'utf8');
    await until(() => document.getText() === text);
    return document;
  }

  async function lenses(): Promise<vscode.Command[]> {
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100);
    return found.flatMap(({ command }) => (command?.command.startsWith('jobdeck.') ? [command] : []));
  }
  const lensTitled = (part: string | RegExp) =>
    until(async () =>
      (await lenses()).find(({ title }) => (typeof part === 'string' ? title.includes(part) : part.test(title))),
    );

  it('run from the code lens, which then shows the outcome', async () => {
    await define({
      jobs: { greet: { label: 'Greeting', command: 'echo hello' }, fill: { command: 'x ${range.start}' } },
    });
    await opened();
    const titles = (await lenses()).map(({ title }) => title);
    assert.deepEqual(titles, ['$(play) Run', '$(play) Backfill…'], 'one that is for backfills can’t be run just so');
    const { command, arguments: args = [] } = await lensTitled('Run');
    assert.equal(command, commandIds.runDefined);
    await vscode.commands.executeCommand(command, ...args);
    const job = await jobThat(api, ({ type }) => type === 'greet');
    assert.deepEqual([job.title, job.cwd, job.workspace], ['Greeting', folder, folder]);
    assert.equal((await ended(api, job.id)).exitCode, 0);
    const last = await lensTitled('last run: completed just now');
    assert.deepEqual([last.command, last.arguments], [commandIds.showDetails, [job.id]]);
  });

  it('show the progress in the code lens', async () => {
    const progress = { pattern: '(?<percent>\\d+) of it' };
    await define({ jobs: { slow: { command: 'sleep 1; echo 40 of it; sleep 600', progress } } });
    await opened();
    await run('runDefined', { file: path, name: 'slow' });
    let fired = false;
    const starting = await lensTitled('start');
    changes.push(api.defined.lenses.onDidChangeCodeLenses(() => (fired = true)));
    await until(() => fired);
    await lensTitled('40%');
    assert.deepEqual((await lensTitled('40%')).arguments, starting.arguments);
  });

  it('run as a backfill after a preview', async () => {
    await define({
      jobs: { fill: { command: 'echo ${range.start:date}', backfill: { every: '1d', concurrency: 2 } } },
    });
    await opened();
    const { command, arguments: args = [] } = await lensTitled('Backfill');
    const wrong: unknown[] = [];
    const inputs = ['2026-03-01', '2026-03-03'];
    person.stubs.put(vscode.window, 'showInputBox', async (options) => {
      wrong.push(await options?.validateInput?.('soon'));
      assert.equal(await options?.validateInput?.(inputs[0] ?? ''), undefined);
      return inputs.shift();
    });
    await vscode.commands.executeCommand(command, ...args);
    assert.deepEqual(wrong, ['Use 2026-03-01, 2026-03-01T14:00.', 'Use 2026-03-01, 2026-03-01T14:00.']);
    assert.deepEqual(
      person.messages.map(({ message }) => message),
      ['Start 3 jobs for “fill”?'],
    );
    assert.equal(api.model.all().length, 0, 'nothing is started without confirmation');

    inputs.push('2026-03-01', '2026-03-03');
    person.presses('Backfill');
    await vscode.commands.executeCommand(command, ...args);
    const group = await jobThat(api, ({ engine }) => engine === 'group');
    await until(() => api.model.get(group.id)?.status === 'completed');
    const lines = api.model.all().flatMap(({ parentId, commandLine }) => (parentId === group.id ? [commandLine] : []));
    assert.deepEqual(lines.sort(), ['echo 2026-03-01', 'echo 2026-03-02', 'echo 2026-03-03']);
  });

  it('can’t be run directly if they are for backfills', async () => {
    await define({ jobs: { fill: { command: 'echo ${range.start}' } } });
    await run('runDefined', { file: path, name: 'fill' });
    assert.match(person.messages.at(-1)?.message ?? '', /can only be backfilled.*Jobdeck: Backfill Job…/s);
    assert.equal(api.model.all().length, 0);
  });

  it('are saved before they run', async () => {
    await define({ jobs: { say: { command: 'echo before' } } });
    const document = await opened();
    const edit = new vscode.WorkspaceEdit();
    const at = document.getText().indexOf('before');
    edit.replace(uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 6)), 'after');
    await vscode.workspace.applyEdit(edit);
    await run('runDefined', { file: path, name: 'say' });
    assert.equal((await jobThat(api, ({ type }) => type === 'say')).commandLine, 'echo after');
    assert.equal(document.isDirty, false);
  });

  it('ask for inputs, and don’t store passwords with the job', async () => {
    await define({
      jobs: {
        deploy: {
          command: 'echo to ${input:target}; test "$TOKEN" = secret',
          env: { TOKEN: '${input:token}' },
          inputs: [
            { id: 'target', options: ['docs', 'site'] },
            { id: 'token', password: true },
          ],
        },
      },
    });
    person.picks('site');
    const prompts: (vscode.InputBoxOptions | undefined)[] = [];
    person.stubs.put(vscode.window, 'showInputBox', (async (options?: vscode.InputBoxOptions) => {
      prompts.push(options);
      return 'secret';
    }) as typeof vscode.window.showInputBox);
    await run('runDefined', { file: path, name: 'deploy' });
    const { id } = await jobThat(api, ({ type }) => type === 'deploy');
    assert.deepEqual(person.offered, ['docs', 'site']);
    assert.deepEqual(
      prompts.map((one) => one?.password),
      [true],
    );
    assert.equal((await ended(api, id)).exitCode, 0);
    const detail = await (await api.connection.client()).get(id);
    assert.deepEqual([detail.commandLine, detail.input], ['echo to site; test "$TOKEN" = secret', { target: 'site' }]);
  });

  it('start nothing when an input is dismissed', async () => {
    await define({ jobs: { ask: { command: 'echo ${input:a}', inputs: [{ id: 'a' }] } } });
    person.stubs.put(vscode.window, 'showInputBox', (async () => undefined) as typeof vscode.window.showInputBox);
    await run('runDefined', { file: path, name: 'ask' });
    assert.deepEqual(api.model.all(), []);
    assert.deepEqual(person.messages, []);
  });

  it('are offered by Run Job… and Run…, including global ones', async () => {
    await define({ jobs: { here: { command: 'echo here' } } });
    await define({ jobs: { everywhere: { command: 'echo everywhere' } } }, homeFile);
    person.picks('everywhere');
    await run('runDefined');
    assert.deepEqual(
      person.offered.map((label) => label.replace(/^\$\(.+\) /, '')),
      ['here', 'everywhere'],
    );
    await jobThat(api, ({ type }) => type === 'everywhere');
    person.runs((pick) => {
      pick.choose(' here');
      pick.enter();
    });
    await run('run');
    assert.equal((await jobThat(api, ({ type }) => type === 'here')).commandLine, 'echo here');
  });

  it('report unknown names and mistakes, and start nothing', async () => {
    await define({ jobs: { one: { command: 'echo ${input:none}' } } });
    await run('runDefined', { file: path, name: 'other' });
    await run('runDefined', { file: path, name: 'one' });
    assert.match(person.messages[0]?.message ?? '', /No job “other” in/);
    assert.match(person.messages[1]?.message ?? '', /jobs\.json:4:18: .*input “none”/);
    assert.deepEqual(api.model.all(), []);
  });

  it('have problems underlined that the schema can’t find, until they are fixed', async () => {
    await define({ jobs: { one: { command: 'echo ${input:none}', icon: 'no-such-icon' } } });
    const document = await opened();
    const ours = () => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Jobdeck');
    await until(() => ours().length === 1);
    assert.match(ours()[0]?.message ?? '', /input “none”/);
    assert.equal(ours()[0]?.range.start.line, 3);
    const replace = async (from: string, to: string) => {
      const edit = new vscode.WorkspaceEdit();
      const at = document.getText().indexOf(from);
      edit.replace(uri, new vscode.Range(document.positionAt(at), document.positionAt(at + from.length)), to);
      await vscode.workspace.applyEdit(edit);
    };
    await replace('${input:none}', 'x');
    await until(() => ours()[0]?.severity === vscode.DiagnosticSeverity.Warning);
    assert.match(ours()[0]?.message ?? '', /Unknown icon “no-such-icon”/);
    await replace('no-such-icon', 'beaker');
    await until(() => ours().length === 0);
  });

  it('are created from a recent command, in a file with a comment at the top and the cursor at the new definition', async () => {
    const client = await api.connection.client();
    const { id } = await client.submit({ command: { shell: 'echo again' }, cwd: folder, workspace: folder });
    await ended(api, id);
    const dialog = person.answers(
      { select: 'echo again' },
      { back: true },
      { select: 'echo again' },
      { type: 'again' },
    );
    await run('newDefinition');
    assert.equal(dialog.seen[1]?.value, 'echo');
    const editor = await until(() => vscode.window.activeTextEditor);
    assert.equal(editor.document.uri.fsPath, path);
    const text = await readFile(path, 'utf8');
    assert.match(text, /^\/\/ /);
    assert.match(text, /"again": \{\s+"command": "echo again"\s+\}/);
    assert.ok(editor.document.lineAt(editor.selection.active.line).text.includes('"again"'));
    await run('runDefined', { file: path, name: 'again' });
    await jobThat(api, ({ type }) => type === 'again');
  });

  it('are created from a workspace task', async () => {
    const tasks = join(folder, '.vscode', 'tasks.json');
    const task = { label: 'Lint all', type: 'shell', command: 'lint', args: ['src', 'a b'], options: { cwd: 'sub' } };
    await writeFile(tasks, JSON.stringify({ version: '2.0.0', tasks: [task] }));
    try {
      await until(async () => (await vscode.tasks.fetchTasks()).some(({ name }) => name === 'Lint all'));
      person.answers({ select: 'Lint all' }, { type: 'lint' });
      await run('newDefinition');
      const text = await readFile(path, 'utf8');
      assert.deepEqual(Object.values(JSON.parse(text.replace(/^\/\/.*$/gm, '')).jobs), [
        { command: "lint src 'a b'", cwd: 'sub' },
      ]);
    } finally {
      await rm(tasks);
    }
  });

  it('are added to existing ones, but not under a name in use', async () => {
    const before = '{\n  "jobs": {\n    "a": { "command": "x" } // keep me\n  }\n}\n';
    await writeFile(path, before);
    // A typed command comes first, so that Enter takes it.
    const dialog = person.answers({ type: 'python3 src/b.py --fast' }, { refused: 'a', because: /already exists/ });
    await run('newDefinition');
    assert.equal(await readFile(path, 'utf8'), before, 'the name was refused');
    assert.deepEqual([dialog.seen[1]?.value, dialog.left], ['b', 0]);
    person.answers({ type: 'echo-b' }, { enter: true });
    await run('newDefinition');
    assert.equal(
      await readFile(path, 'utf8'),
      '{\n  "jobs": {\n    "a": { "command": "x" }, // keep me\n    "echo-b": {\n      "command": "echo-b"\n    }\n  }\n}\n',
    );
  });

  it('are added to an open file that another program has just changed', async () => {
    await writeFile(path, '{ "jobs": {} }\n');
    await opened();
    const dialog = person.answers({ type: 'echo-b' }, { enter: true });
    dialog.before = async (answered) => {
      if (answered === 1) await writeFile(path, '{\n  "jobs": {\n    "a": { "command": "x" }\n  }\n}\n');
    };
    await run('newDefinition');
    assert.equal(
      await readFile(path, 'utf8'),
      '{\n  "jobs": {\n    "a": { "command": "x" },\n    "echo-b": {\n      "command": "echo-b"\n    }\n  }\n}\n',
    );
  });

  it('define icon and color in the tree, links on the page, and notification texts', async () => {
    await define({
      jobs: {
        paint: {
          command: 'echo ${input:what}; exit ${input:code}',
          icon: 'paintcan',
          color: 'charts.purple',
          notifications: 'all',
          messages: { completed: '${input:what} is painted.', failed: 'No ${input:what} today.' },
          links: [{ label: 'Wall', url: 'https://walls.example/${input:what}' }],
          inputs: [
            { id: 'what', description: 'What is to be [painted](command:x)?', default: 'the wall' },
            { id: 'code', default: '0' },
          ],
        },
      },
    });
    const inputs = ['the wall', '0'];
    const prompts: (string | undefined)[] = [];
    person.stubs.put(vscode.window, 'showInputBox', (async (options?: vscode.InputBoxOptions) => {
      prompts.push(options?.prompt);
      return inputs.shift();
    }) as typeof vscode.window.showInputBox);
    await run('runDefined', { file: path, name: 'paint' });
    assert.deepEqual(prompts, ['What is to be [painted]\u2060(command:x)?', 'code'], 'and no links in what it asks');
    const { id } = await jobThat(api, ({ type }) => type === 'paint');
    const done = await ended(api, id);
    const { iconPath } = api.view.tree.getTreeItem(api.view.tree.node(id));
    assert.ok(iconPath instanceof vscode.ThemeIcon);
    assert.deepEqual([iconPath.id, iconPath.color?.id], ['paintcan', 'charts.purple']);
    const detail = await (await api.connection.client()).get(id);
    assert.deepEqual(api.defined.presentation.linksOf(detail), [
      { label: 'Wall', url: 'https://walls.example/the%20wall' },
    ]);
    assert.equal(api.defined.presentation.levelOf(done), 'all');
    assert.equal(await api.defined.presentation.messageOf(done), 'the wall is painted.');
    // Jobs that end within a second share a notification.
    await until(() => person.messages.some(({ message }) => message === 'the wall is painted.'));
    await (await api.connection.client()).submit({
      command: { shell: 'exit 3' },
      type: 'paint',
      title: 'Paint',
      workspace: folder,
      input: { what: 'fence' },
    });
    await until(() => person.messages.some(({ message }) => message === 'No fence today.'));
    await define({ jobs: {} });
    const plain = api.view.tree.getTreeItem(api.view.tree.node(id)).iconPath;
    assert.ok(plain instanceof vscode.ThemeIcon && plain.id === 'pass');
  });

  it('are activated after confirmation, which is requested only once', async () => {
    const questions = () => person.messages.filter(({ message }) => message.includes('Activate them?'));
    person.presses('Activate…', 'Activate');
    await define({ jobs: { nightly: { command: 'true', schedule: '@daily' } }, queues: { gpu: { concurrency: 1 } } });
    await until(() => questions().length === 1);
    assert.match(questions()[0]?.message ?? '', /1 schedule and 1 queue/);
    const client = await api.connection.client();
    const isActive = async () => (await client.definitions()).files.some(({ workspace }) => workspace === folder);
    await until(isActive);
    const [asked] = person.messages.filter(({ message }) => message.startsWith('Activate 1 schedule and 1 queue of'));
    assert.equal(asked?.detail, 'nightly: every day at 00:00\n    true');
    await define({ jobs: { nightly: { command: 'true', schedule: '@hourly' } } });
    await client.removeDefinitions(folder);
    await define({ jobs: { nightly: { command: 'true', schedule: '@weekly' } } });
    assert.equal(questions().length, 1);
  });

  it('that have changed are inactive until they are reviewed, which a lens, a message and the view say', async () => {
    const messages = (part: string) => person.messages.filter(({ message }) => message.includes(part));
    const client = await api.connection.client();
    const crons = async () => (await client.schedules()).map(({ cron }) => cron);
    await define({ jobs: { nightly: { command: 'true', schedule: '@daily' } } });
    await client.addDefinitions(folder);
    await define({ jobs: { nightly: { command: 'true', schedule: '@hourly' } } });
    await until(() => messages('has changed').length === 1);
    assert.deepEqual(messages('has changed')[0]?.buttons, ['Review Changes…']);
    assert.match(api.schedules.notice ?? '', /jobs\.json are inactive until you review them/);
    assert.deepEqual(await crons(), ['@daily']);
    await opened();
    const lens = await lensTitled('These changes are inactive');
    assert.deepEqual([lens.command, lens.arguments], [commandIds.reviewDefinitions, [path]]);
    const details: (string | undefined)[] = [];
    const show = async (message: string, options: vscode.MessageOptions, button: string) => {
      details.push(options.detail);
      person.messages.push({ message, buttons: [button] });
      return button;
    };
    person.stubs.put(vscode.window, 'showWarningMessage', show as never);
    await vscode.commands.executeCommand(lens.command, ...(lens.arguments ?? []));
    assert.deepEqual(details, ['~ Job nightly\n    - schedule: "@daily"\n    + schedule: "@hourly"']);
    assert.deepEqual(await crons(), ['@hourly']);
    await until(async () => (await lenses()).every(({ title }) => !title.includes('inactive')));
    assert.equal(api.schedules.notice, undefined);
    await client.removeDefinitions(folder);
  });

  it('with an inactive schedule show that above it and in the view, where it is activated', async () => {
    const client = await api.connection.client();
    await define({
      jobs: { nightly: { command: 'make all', schedule: '@daily' }, broken: { command: 'x', type: 'x' } },
    });
    await opened();
    const lens = await lensTitled('Schedule not active');
    assert.equal(lens.title, '$(circle-slash) Schedule not active · Activate');
    const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100);
    const ofProblem = all.find(({ command }) => command?.title.startsWith('$(error)'));
    assert.match(ofProblem?.command?.title ?? '', /The name of the job is its type/);
    const { tree } = api.schedules;
    const rows = async () => (await tree.getChildren()).map((node) => tree.getTreeItem(node));
    const [row] = await until(async () => {
      const found = await rows();
      return found.length > 0 && found;
    });
    assert.deepEqual(
      [row?.label, row?.description, row?.contextValue],
      ['nightly', 'every day at 00:00 · not active', 'inactive'],
    );
    person.presses('Activate');
    await vscode.commands.executeCommand(lens.command, ...(lens.arguments ?? []));
    assert.ok(person.messages.some(({ detail }) => detail === 'nightly: every day at 00:00\n    make all'));
    assert.match(
      person.messages.at(-1)?.message ?? '',
      /The name of the job is its type/,
      'and what is wrong with the rest',
    );
    assert.deepEqual(
      (await client.schedules()).map(({ name }) => name),
      ['nightly'],
    );
    await until(async () => (await lenses()).every(({ title }) => !title.includes('not active')));
    await until(async () => (await rows())[0]?.contextValue?.startsWith('schedule '));
    await client.removeDefinitions(folder);
  });

  describe('New Schedule', () => {
    // The dialog asks for the queue only if there are several.
    beforeEach(async () => {
      await clear(api);
      const client = await api.connection.client();
      for (const { name } of await client.queues()) if (name !== 'default') await client.removeQueue(name);
    });

    afterEach(async () => {
      const client = await api.connection.client();
      if ((await client.definitions()).files.some(({ workspace }) => workspace === folder)) {
        await client.removeDefinitions(folder);
      }
      for (const { id, source } of await client.schedules()) if (source === null) await client.removeSchedule(id);
    });

    it('writes a typed command to the file and activates it', async () => {
      const dialog = person.answers(
        { type: 'python3 src/train.py --epochs 3' },
        { select: 'Every Weekday' },
        { refused: '25', because: /Enter a time/ },
      );
      await run('newSchedule');
      assert.equal(dialog.left, 0);
      const again = person.answers(
        { type: 'python3 src/train.py --epochs 3' },
        { select: 'Every Weekday' },
        { type: '9:30' },
        { back: true },
        { enter: true },
        { select: 'If the Previous Run' },
        { select: 'Run It Afterwards' },
        { select: 'Create Schedule' },
      );
      await run('newSchedule');
      assert.equal(again.left, 0);
      const options = again.seen.at(-1)?.items.map(({ label, description }) => [label, description]);
      assert.deepEqual(options?.slice(0, 5), [
        ['$(check) Create Schedule', 'every weekday at 09:30'],
        ['Options', undefined],
        ['Name', 'train'],
        ['Kept In', '.vscode/jobs.json'],
        ['If the Previous Run Is Still Active', 'Run It Afterwards'],
      ]);
      assert.match(again.seen.at(-1)?.items[0]?.detail ?? '', /^Next runs: .+ · .+ · /);
      assert.equal(again.seen[4]?.value, '9:30', 'Back keeps what was typed');
      const { jobs } = JSON.parse((await readFile(path, 'utf8')).replace(/^\/\/.*$/gm, ''));
      assert.deepEqual(jobs.train, {
        command: 'python3 src/train.py --epochs 3',
        schedule: { cron: '30 9 * * 1-5', overlap: 'queue' },
      });
      const client = await api.connection.client();
      const [schedule] = await client.schedules();
      assert.deepEqual([schedule?.name, schedule?.source, schedule?.overlap], ['train', path, 'queue']);
      assert.deepEqual(schedule?.job.command, { shell: 'python3 src/train.py --epochs 3' });
    });

    it('shows the next runs of a cron expression, and refuses an invalid one', async () => {
      const dialog = person.answers(
        { type: 'true' },
        { select: 'Cron Expression' },
        { refused: '0 3 * *', because: /4 fields/ },
      );
      await run('newSchedule');
      assert.equal(dialog.left, 0);
    });

    it('is kept by the daemon, edited and removed', async () => {
      const client = await api.connection.client();
      await client.setQueue('night', { concurrency: 1 });
      const dialog = person.answers(
        { type: 'echo hello' },
        { select: 'Every Few Minutes' },
        { type: '20' },
        { select: 'Queue' },
        { select: 'night' },
        { select: 'Kept In' },
        { select: 'Keep in the Daemon' },
        { select: 'Name' },
        { type: 'hello there' },
        { select: 'Create Schedule' },
      );
      await run('newSchedule');
      assert.equal(dialog.left, 0);
      const [added] = await client.schedules();
      assert.deepEqual([added?.name, added?.cron, added?.source], ['hello there', '*/20 * * * *', null]);
      assert.deepEqual([added?.job.cwd, added?.job.queue], [folder, 'night']);

      const edit = person.answers(
        { select: 'Every Day' },
        { type: '4:00' },
        { select: 'Queue' },
        { select: 'default' },
        { select: 'Save Schedule' },
      );
      await run('editSchedule', { kind: 'schedule', id: added?.id });
      assert.equal(edit.left, 0);
      const [edited] = await client.schedules();
      assert.deepEqual([edited?.id, edited?.cron, edited?.job.queue], [added?.id, '0 4 * * *', 'default']);
      person.presses('Remove');
      await run('removeSchedule', { kind: 'schedule', id: added?.id });
      assert.deepEqual(await client.schedules(), []);
    });

    it('runs weekly or monthly, in the time zone of the user’s choice', async () => {
      const client = await api.connection.client();
      const weekly = person.answers(
        { type: 'true' },
        { select: 'Every Week…' },
        { select: 'Friday' },
        { type: '18' },
        { select: 'Time Zone' },
        { select: 'Asia/Tokyo' },
        { select: 'Kept In' },
        { select: 'Keep in the Daemon' },
        { select: 'Create Schedule' },
      );
      await run('newSchedule');
      assert.equal(weekly.left, 0);
      const [added] = await client.schedules();
      assert.deepEqual([added?.cron, added?.timezone], ['0 18 * * 5', 'Asia/Tokyo']);
      const monthly = person.answers(
        { select: 'Every Month…' },
        { type: '31' },
        { back: true },
        { enter: true },
        { enter: true },
        { select: 'Time Zone' },
        { select: 'Time Zone of This Machine' },
        { select: 'Save Schedule' },
      );
      await run('editSchedule', { kind: 'schedule', id: added?.id });
      assert.equal(monthly.left, 0);
      assert.equal(monthly.seen[3]?.value, '31', 'Back keeps the day');
      const [edited] = await client.schedules();
      const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
      assert.deepEqual([edited?.cron, edited?.timezone], ['0 18 31 * *', local]);
    });

    it('changes and removes the schedule of a definition in its file, without asking again', async () => {
      const client = await api.connection.client();
      await define({ jobs: { a: { command: 'true' } } });
      person.answers({ select: ') a' }, { select: 'Every Hour' }, { type: '5' }, { select: 'Create Schedule' });
      await run('newSchedule');
      const crons = async () => (await client.schedules()).map(({ name, cron, source }) => [name, cron, source]);
      assert.deepEqual(await crons(), [['a', '5 * * * *', path]]);
      const [{ id } = { id: '' }] = await client.schedules();
      person.answers({ select: 'Every Day' }, { enter: true }, { select: 'Save Schedule' });
      await run('editSchedule', { kind: 'schedule', id });
      assert.deepEqual(await crons(), [['a', '0 3 * * *', path]]);
      assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), {
        jobs: { a: { command: 'true', schedule: '0 3 * * *' } },
      });
      person.presses('Remove');
      await run('removeSchedule', { kind: 'schedule', id });
      assert.deepEqual(await crons(), []);
      assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), { jobs: { a: { command: 'true' } } });
    });
  });
});
