import assert from 'node:assert/strict';
import { appendFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { logUri } from '../../extension/logs/document/logDocuments.ts';
import { logPath } from '../../extension/logs/logFiles.ts';
import { daemonHome } from '../../shared/client/home.ts';
import { clear, ended, jobdeck, Person, run, submit, submitAndWait, until } from './harness.ts';

describe('logs', () => {
  let api: JobdeckApi;
  let person: Person;
  /** Output of each opened terminal by name. */
  const written = new Map<string, string>();

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    written.clear();
    person = new Person();
    person.presses();
    const create = vscode.window.createTerminal;
    person.stubs.put(vscode.window, 'createTerminal', ((options: vscode.ExtensionTerminalOptions) => {
      options.pty.onDidWrite((text) => written.set(options.name, (written.get(options.name) ?? '') + text));
      return create(options);
    }) as typeof vscode.window.createTerminal);
  });
  afterEach(() => person.restore());

  const read = async (id: string, attempt = 1) =>
    (await vscode.workspace.openTextDocument(logUri({ jobId: id, attempt }, 'x'))).getText();

  it('of a running job are live in a terminal in the editor area', async () => {
    const job = await submit(
      api,
      'printf "\\033[31mred\\033[0m\\033]0;title\\007\\n"; sleep 1; echo later; exit 3',
      'talker',
    );
    await run('openLog', job.id);
    await until(() => written.get('talker #1')?.includes('red'));
    assert.ok(!written.get('talker #1')?.includes('later'), 'the log was opened before the job continued');
    const tab = await until(() => vscode.window.tabGroups.activeTabGroup.activeTab);
    assert.ok(tab.input instanceof vscode.TabInputTerminal);
    await ended(api, job.id);
    const output = await until(() => written.get('talker #1')?.includes('Failed after') && written.get('talker #1'));
    assert.ok(output.startsWith('\x1b[31mred\x1b[0m\r\nlater\r\n'));
    assert.match(output, /Failed after .*: exit code 3\./);
    assert.ok(!output.includes('title'));
  });

  it('use one terminal per attempt, and closing it does not affect the job', async () => {
    const job = await submit(api, 'echo on; sleep 30', 'one');
    await run('openLog', job.id);
    await until(() => written.get('one #1')?.includes('on'));
    await run('openLog', job.id);
    const terminals = vscode.window.terminals.filter(({ name }) => name === 'one #1');
    assert.equal(terminals.length, 1);
    terminals[0]?.dispose();
    await until(() => !vscode.window.terminals.some(({ name }) => name === 'one #1'));
    assert.equal(api.model.get(job.id)?.status, 'running');
  });

  it('are on the page that opens when a job is started in the editor, without a tab of their own', async () => {
    await run('run', 'true # on its page');
    await until(() => tabsOf('true # on its page')[0]?.input instanceof vscode.TabInputWebview);
    await until(() => api.model.all().some(({ status }) => status === 'completed'));
    assert.deepEqual([tabsOf('true # on its page').length, written.size], [1, 0]);
  });

  it('open from the first line when a job is started in the editor, if that is chosen', async () => {
    await withSetting('jobdeck.run.opens', 'log', async () => {
      await run('run', 'echo first; sleep 30');
      await until(() => [...written.values()].some((text) => text.includes('first\r\n')));
    });
  });

  for (const [setting, value] of [
    ['jobdeck.run.opens', 'nothing'],
    ['jobdeck.log.openOnStart', false],
  ] as const) {
    it(`do not open when a job is started if ${setting} is ${value}, and neither does its page`, async () => {
      await withSetting(setting, value, async () => {
        await run('run', 'true # unseen');
        await until(() => api.model.all().some(({ status }) => status === 'completed'));
        assert.deepEqual([tabsOf('true # unseen').length, written.size], [0, 0]);
      });
    });
  }

  it('of a finished job open as a read-only document without escape sequences', async () => {
    const job = await submitAndWait(api, 'printf "\\033[31mred\\033[0m plain\\n10\\r100\\n"', 'npm/run: it');
    await run('openLog', job.id);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.getText(), 'red plain\n100\n');
    assert.equal(editor?.document.languageId, 'log');
    assert.equal(editor?.document.uri.path, '/npm∕run it #1.log');
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.isPreview, false);
  });

  it('of every attempt are kept', async () => {
    const job = await submitAndWait(api, 'echo one; exit 1');
    await (await api.connection.client()).retry(job.id, { shell: 'echo two' });
    await until(() => api.model.get(job.id)?.status === 'completed');
    assert.equal(await read(job.id, 1), 'one\n');
    assert.equal(await read(job.id, 2), 'two\n');
  });

  it('link to existing files', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const file = join(folder, 'there.ts');
    await writeFile(file, 'a\nb\n');
    const client = await api.connection.client();
    const { id } = await client.submit({ command: { shell: 'echo there.ts:2:1 and missing.ts:1' }, cwd: folder });
    await ended(api, id);
    const document = await vscode.workspace.openTextDocument(logUri({ jobId: id, attempt: 1 }, 'x'));
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    assert.deepEqual(
      links.map(({ range, target }) => [document.getText(range), target?.path, target?.fragment]),
      [['there.ts:2:1', file, 'L2,1']],
    );
    await rm(file);
  });

  it('fold their groups, with an outline of groups and errors', async () => {
    const job = await submitAndWait(
      api,
      'printf "::group::Install\\nfetch\\nTypeError: no\\n::endgroup::\\n##[group]Build\\nsrc\\n"; exit 1',
    );
    const { uri } = await vscode.workspace.openTextDocument(logUri({ jobId: job.id, attempt: 1 }, 'x'));
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      uri,
    );
    assert.deepEqual(
      folds.map(({ start, end }) => [start, end]),
      [
        [0, 3],
        [4, 5],
      ],
    );
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      uri,
    );
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, children.map((child) => child.name)]),
      [
        ['Install', ['TypeError: no']],
        ['Build', []],
      ],
    );
  });

  it('of failed jobs open at the failure, and others at their end', async () => {
    const line = () => vscode.window.activeTextEditor?.selection.active.line;
    const failed = await submitAndWait(api, 'seq 1 200; echo "a.c:3:4: error: no"; seq 1 50; exit 1', 'failed');
    await run('openLog', failed.id);
    assert.equal(line(), 200);
    const long = await submitAndWait(api, 'seq 1 200', 'long');
    await run('openLog', long.id);
    assert.equal(line(), 199);
    const short = await submitAndWait(api, 'seq 1 5', 'short');
    await run('openLog', short.id);
    assert.equal(line(), 0);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  describe('of failed jobs link to the source of the last error', () => {
    const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const fail = async (output: string) => {
      const client = await api.connection.client();
      const command = { shell: `printf '${output}'; exit 1` };
      const { id } = await client.submit({ command, cwd: folder() });
      return ended(api, id);
    };
    const cursor = () => {
      const editor = vscode.window.activeTextEditor;
      return [editor?.document.uri.fsPath, editor?.selection.active.line, editor?.selection.active.character];
    };

    beforeEach(async () => {
      await writeFile(join(folder(), 'one.c'), 'a\nbcdef\n');
      await writeFile(join(folder(), 'two.c'), 'a\nbcdef\n');
    });
    afterEach(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      for (const name of ['one.c', 'two.c']) await rm(join(folder(), name));
    });

    it('with a command, directly if there is only one', async () => {
      const job = await fail('gone.c:1:1: error: x\\none.c:2:3: error: y\\n');
      await run('openProblem', job.id);
      assert.deepEqual(cursor(), [join(folder(), 'one.c'), 1, 2]);
    });

    it('with a command, at the place that the headline names', async () => {
      const job = await fail('one.c:2:3: error: x\\ntwo.c:1:1: error: y\\n');
      assert.equal(job.error?.headline?.text, 'error: x');
      await run('openProblem', job.id);
      assert.deepEqual(cursor(), [join(folder(), 'one.c'), 1, 2]);
    });

    it('with a command that lists several, the last one first', async () => {
      const job = await fail('Error: x (one.c:1:1)\\nError: y (two.c:2:3)\\n');
      let offered: string[] = [];
      person.stubs.put(vscode.window, 'showQuickPick', (async (items: vscode.QuickPickItem[]) => {
        offered = items.map(({ label }) => label);
        return items[1];
      }) as unknown as typeof vscode.window.showQuickPick);
      await run('openProblem', job.id);
      assert.deepEqual(offered, ['two.c:2:3', 'one.c:1:1']);
      assert.deepEqual(cursor(), [join(folder(), 'one.c'), 0, 0]);
    });

    it('with one click in the document', async () => {
      for (const [line, title] of [
        ['one.c:2:3: error: y', '$(go-to-file) Open one.c:2:3'],
        ['Error: y (one.c:2:3)', '$(go-to-file) Last error: one.c:2:3'],
      ]) {
        const job = await fail(`hello\\n${line}\\n`);
        await run('openLog', job.id);
        const uri = vscode.window.activeTextEditor?.document.uri;
        const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
        const shown = lenses.map(({ range, command }) => [range.start.line, command?.title]);
        assert.deepEqual(shown, [
          [0, title],
          [1, title],
        ]);
        const { command = '', arguments: given = [] } = lenses[1]?.command ?? {};
        await vscode.commands.executeCommand(command, ...given);
        assert.deepEqual(cursor(), [join(folder(), 'one.c'), 1, 2]);
      }
    });

    it('and show a message if the log names none', async () => {
      const job = await fail('gone.c:1:1: error: x\\n');
      await run('openProblem', job.id);
      assert.match(person.messages[0]?.message ?? '', /^No existing file locations/);
      await run('openLog', job.id);
      const uri = vscode.window.activeTextEditor?.document.uri;
      assert.deepEqual(await vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri), []);
    });
  });

  it('of a gigabyte open quickly at the end', async () => {
    const job = await submitAndWait(api, 'echo first', 'huge');
    const path = logPath(daemonHome(), { jobId: job.id, attempt: 1 });
    await truncate(path, 1e9 - 6_000_000);
    const line = `${'x'.repeat(99)}\n`;
    await appendFile(path, `\n${line.repeat(60_000)}the end\n`);
    const from = performance.now();
    await run('openLog', job.id);
    const took = performance.now() - from;
    const editor = vscode.window.activeTextEditor;
    assert.match(editor?.document.lineAt(0).text ?? '', /^… The first .* of this log are not shown/);
    assert.match(editor?.document.getText().slice(-20) ?? '', /the end\n$/);
    await until(() => editor?.visibleRanges.some((range) => range.end.line >= editor.document.lineCount - 2));
    assert.ok(took < 3_000, `${took} ms`);
  });

  it('that are long show their end with a notice, and can be opened completely', async () => {
    const job = await submitAndWait(
      api,
      'i=0; while [ $i -lt 60 ]; do printf "%0100000d\\n" $i; i=$((i+1)); done',
      'big',
    );
    await run('openLog', job.id);
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.lineAt(0).text ?? '', /^… The first 5\.\d MB of this log are not shown/);
    assert.match(document?.getText().slice(-10) ?? '', /59\n$/);
    await run('openWholeLog', document?.uri);
    const path = logPath(daemonHome(), { jobId: job.id, attempt: 1 });
    await until(() => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputText && input.uri.fsPath === path;
    });
  });

  it('that are missing are replaced by a message', async () => {
    const job = await submitAndWait(api, 'echo x');
    await rm(logPath(daemonHome(), { jobId: job.id, attempt: 1 }));
    assert.match(await read(job.id), /^The log of this attempt is not available/);
    assert.match(await read('nosuchjob'), /^This job and its logs were removed/);
    await run('openWholeLog', { jobId: job.id, attempt: 1 });
    assert.match(person.messages[0]?.message ?? '', /Could not read the log file/);
  });
});

/** The tabs with this title. */
function tabsOf(title: string): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ label }) => label === title);
}

async function withSetting(name: string, value: unknown, act: () => Promise<void>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  await configuration.update(name, value, vscode.ConfigurationTarget.Global);
  try {
    await act();
  } finally {
    await configuration.update(name, undefined, vscode.ConfigurationTarget.Global);
  }
}
