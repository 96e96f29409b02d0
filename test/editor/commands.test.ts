import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { clear, ended, jobdeck, jobThat, Person, run, submit, submitAndWait, until } from './harness.ts';

describe('commands with nothing selected', () => {
  let api: JobdeckApi;
  let person: Person;

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
    person.presses();
  });
  afterEach(() => person.leaves());

  const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;

  it('Run… runs what is typed, in the folder of the workspace', async () => {
    person.runs((pick) => {
      pick.typeAndSee('  pwd; exit 4 ');
      pick.enter();
    });
    await run('run');
    const job = await jobThat(api, ({ exitCode }) => exitCode === 4);
    assert.equal(job.commandLine, 'pwd; exit 4');
    assert.equal(job.cwd, folder());
    assert.equal(job.workspace, folder());
  });

  it('Run… runs what was typed also when Enter comes before the list has followed', async () => {
    person.runs((pick) => {
      pick.choose('npm run');
      pick.type('echo typed');
      pick.enter();
    });
    await run('run');
    await jobThat(api, ({ commandLine }) => commandLine === 'echo typed');
  });

  it('Run… runs nothing when nothing is typed, and offers what was run lately', async () => {
    await submitAndWait(api, 'echo lately');
    const seen: string[] = [];
    person.runs((pick) => {
      seen.push(...pick.items.map(({ label }) => label));
      pick.type('   ');
      pick.enter();
      pick.hide();
    });
    await run('run');
    assert.ok(seen.some((label) => label.includes('echo lately')));
    assert.equal(api.model.all().length, 1);
  });

  it('Cancel offers what can be cancelled and cancels it', async () => {
    await submitAndWait(api, 'true', 'over');
    const job = await submit(api, 'sleep 30', 'long');
    person.picks('long');
    await run('cancel');
    assert.equal(person.offered.length, 1);
    assert.equal((await ended(api, job.id)).status, 'cancelled');
  });

  it('Pause stops what runs where it is, and Resume lets it go on', async () => {
    const job = await submit(api, 'sleep 30', 'long');
    await jobThat(api, ({ id, capabilities }) => id === job.id && capabilities.pause.allowed);
    person.picks('long');
    await run('pause');
    await jobThat(api, ({ id, pausedAt }) => id === job.id && pausedAt !== null);
    await run('resume');
    await jobThat(api, ({ id, pausedAt }) => id === job.id && pausedAt === null);
  });

  it('Hold keeps a waiting job, and Release lets it start in its turn', async () => {
    const client = await api.connection.client();
    await client.setQueue('editor', { concurrency: 1 });
    await client.pauseQueue('editor');
    const { id } = await client.submit({ command: { shell: 'true' }, title: 'kept', queue: 'editor' });
    await jobThat(api, (job) => job.id === id && job.waitReason === 'queuePaused');
    person.picks('kept');
    await run('hold');
    await jobThat(api, (job) => job.id === id && job.waitReason === 'hold');
    await run('release');
    await jobThat(api, (job) => job.id === id && job.waitReason === 'queuePaused');
    person.picks('editor', 'Resume');
    await run('changeQueue');
    assert.equal((await ended(api, id)).status, 'completed');
  });

  it('Queues… changes how many jobs run at the same time', async () => {
    const client = await api.connection.client();
    await client.setQueue('narrow', { concurrency: 1 });
    person.picks('narrow', 'Change Size');
    person.types('3');
    await run('changeQueue');
    const [queue] = (await client.queues()).filter(({ name }) => name === 'narrow');
    assert.equal(queue?.concurrency, 3);
  });

  it('Cancel says so when nothing can be cancelled', async () => {
    await run('cancel');
    assert.deepEqual(person.told, [{ message: 'Nothing runs or waits that could be cancelled.', buttons: [] }]);
  });

  it('Retry adds an attempt to what failed, and opens its log', async () => {
    await submitAndWait(api, 'true', 'good');
    const job = await submitAndWait(api, 'exit 3', 'bad');
    person.picks('bad');
    await run('retry');
    assert.equal(person.offered.length, 1);
    await jobThat(api, ({ id, attempt, status }) => id === job.id && attempt === 2 && status === 'failed');
    await until(() => vscode.window.terminals.some(({ name }) => name === 'bad #2'));
  });

  it('Run Again runs a completed job again', async () => {
    const job = await submitAndWait(api, 'true', 'good');
    person.picks('good');
    await run('runAgain');
    await jobThat(api, ({ id, attempt, status }) => id === job.id && attempt === 2 && status === 'completed');
  });

  it('Retry with Edited Command… runs another command from then on', async () => {
    const job = await submitAndWait(api, 'exit 3', 'bad');
    person.picks('bad');
    person.types('exit 5');
    await run('retryEdited');
    const retried = await jobThat(api, ({ id, exitCode }) => id === job.id && exitCode === 5);
    assert.equal(retried.commandLine, 'exit 5');
  });

  it('Retry with Edited Command… takes no empty command', async () => {
    const job = await submitAndWait(api, 'exit 3', 'bad');
    person.picks('bad');
    person.types('  ');
    await run('retryEdited');
    assert.equal(api.model.get(job.id)?.attempt, 1);
  });

  it('Retry All Failed… asks first', async () => {
    const jobs = [await submitAndWait(api, 'exit 3'), await submitAndWait(api, 'exit 4')];
    await run('retryAllFailed');
    assert.equal(person.told[0]?.message, 'Retry 2 failed jobs?');
    assert.ok(api.model.all().every(({ attempt }) => attempt === 1));
    person.presses('Retry');
    await run('retryAllFailed');
    for (const { id } of jobs)
      await jobThat(api, (job) => job.id === id && job.attempt === 2 && job.status === 'failed');
  });

  it('Open Log offers the jobs that have one', async () => {
    await submitAndWait(api, 'echo here', 'talker');
    person.picks('talker');
    await run('openLog');
    assert.equal(vscode.window.activeTextEditor?.document.getText(), 'here\n');
  });

  it('Show Details opens the panel of the job', async () => {
    await submitAndWait(api, 'true', 'shown job');
    person.picks('shown job');
    await run('showDetails');
    await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview);
  });

  it('Copy Id and Copy Command put it on the clipboard', async () => {
    const copied: string[] = [];
    const clipboard = { readText: async () => '', writeText: async (text: string) => void copied.push(text) };
    person.stubs.put(vscode.env, 'clipboard', clipboard);
    const job = await submitAndWait(api, 'echo copy me', 'copied');
    person.picks('copied');
    await run('copyId');
    await run('copyCommand');
    assert.deepEqual(copied, [job.id, 'echo copy me']);
  });

  it('Remove… asks first, and then removes the job', async () => {
    const job = await submitAndWait(api, 'true', 'old');
    person.picks('old');
    await run('remove');
    assert.equal(person.told[0]?.message, 'Remove this job and its logs?');
    assert.ok(api.model.get(job.id));
    person.presses('Remove');
    await run('remove');
    await until(() => api.model.get(job.id) === undefined);
  });

  it('Clear Finished… can keep what failed', async () => {
    await submitAndWait(api, 'true', 'good');
    const bad = await submitAndWait(api, 'exit 3', 'bad');
    person.presses('Keep Failed Ones');
    await run('clearFinished');
    await until(() => api.model.all().length === 1);
    assert.deepEqual(
      api.model.all().map(({ id }) => id),
      [bad.id],
    );
    person.presses('Remove All');
    await run('clearFinished');
    await until(() => api.model.all().length === 0);
  });

  it('Show Jobs opens the view and lists what runs', async () => {
    await submit(api, 'sleep 30', 'long');
    person.picks();
    await run('showJobs');
    assert.equal(person.offered.length, 1);
    assert.match(person.offered[0] ?? '', /long$/);
  });

  it('Show Daemon Log opens it', async () => {
    await run('showDaemonLog');
    await until(() => vscode.window.activeTextEditor?.document.uri.path.endsWith('/daemon.log'));
  });
});

describe('people', () => {
  let api: JobdeckApi;
  let person: Person;
  const setting = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
  });
  afterEach(async () => {
    person.leaves();
    await setting('jobdeck.notifications.show', undefined);
  });

  const here = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const ends = async (shell: string, title: string) =>
    (await api.connection.client()).submit({ command: { shell }, title, workspace: here() });

  it('are told of a job of their folder that failed, and retry it from there', async () => {
    person.presses('Retry');
    const { id } = await ends('[ "$JOBDECK_ATTEMPT" = 2 ] || exit 3', 'bad');
    await jobThat(api, (job) => job.id === id && job.attempt === 2 && job.status === 'completed');
    assert.deepEqual(person.told[0], {
      message: '“bad” failed: exit code 3.',
      buttons: ['Open Log', 'Retry', 'Don’t Show Again'],
    });
  });

  it('are told of what completed only when they want to', async () => {
    person.presses();
    await ends('true', 'quiet');
    await ends('exit 1', 'bad');
    await until(() => person.told.length > 0);
    await setting('jobdeck.notifications.show', 'all');
    await ends('true', 'good');
    await until(() => person.told.length > 1);
    const [bad, good] = person.told.map(({ message }) => message);
    assert.deepEqual([bad, good?.replace(/ in .*/, '')], ['“bad” failed: exit code 1.', '“good” completed']);
  });

  it('are told what jobs say of themselves as text, not as links that run commands', async () => {
    person.presses();
    await ends('exit 1', 'x [Retry](command:workbench.action.quit) $(trash)');
    await until(() => person.told.length > 0);
    assert.match(person.told[0]?.message ?? '', /x \[Retry\]\u2060\(command:workbench/);
  });

  it('can end the telling', async () => {
    person.presses('Don’t Show Again');
    await ends('exit 3', 'bad');
    await until(() => vscode.workspace.getConfiguration().get('jobdeck.notifications.show') === 'never');
  });
});

describe('commands on jobs', () => {
  let api: JobdeckApi;
  let person: Person;

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
    person.presses();
  });
  afterEach(() => person.leaves());

  it('say why they don’t apply, and change nothing', async () => {
    const job = await submitAndWait(api, 'true');
    await run('cancel', job.id);
    assert.match(person.told[0]?.message ?? '', /already ended/);
    assert.deepEqual(api.model.get(job.id), job);
  });

  it('say so when there is no such job', async () => {
    await run('cancel', 'nosuchjob');
    await run('openLog', 'nosuchjob');
    await run('remove', 'nosuchjob');
    assert.equal(person.told.filter(({ message }) => /no job nosuchjob/.test(message)).length, 3);
  });

  it('ask before several are cancelled', async () => {
    const jobs = [await submit(api, 'sleep 30'), await submit(api, 'sleep 31')];
    const rows = jobs.map(({ id }) => api.view.tree.node(id));
    await run('cancel', rows[0], rows);
    assert.equal(person.told[0]?.message, 'Cancel 2 jobs?');
    assert.ok(api.model.all().every(({ cancelRequestedAt }) => cancelRequestedAt === null));
    person.presses('Yes, Cancel Them');
    await run('cancel', rows[0], rows);
    for (const { id } of jobs) assert.equal((await ended(api, id)).status, 'cancelled');
  });

  it('mean the selected row when the editor hands over none', async () => {
    const job = await submit(api, 'sleep 30');
    await api.view.reveal(job.id);
    await until(() => api.view.selection().includes(job.id));
    await run('cancel', undefined, undefined);
    assert.equal((await ended(api, job.id)).status, 'cancelled');
  });

  it('refuse an empty command', async () => {
    await run('run', '   ');
    assert.equal(person.told[0]?.message, 'There is no command to run.');
    assert.equal(api.model.all().length, 0);
  });

  it('start nothing in an untrusted workspace, but cancel', async () => {
    const failed = await submitAndWait(api, 'exit 3');
    const running = await submit(api, 'sleep 30');
    person.stubs.put(vscode.workspace, 'isTrusted', false);
    await run('run', 'echo started');
    await run('runScript', {});
    for (const name of ['retry', 'runAgain', 'retryEdited', 'retryAllFailed'] as const) await run(name, failed.id);
    assert.equal(person.told.length, 6);
    assert.ok(
      person.told.every(({ message }) => message.startsWith('Jobdeck starts no jobs in an untrusted workspace')),
    );
    assert.equal(api.model.all().length, 2);
    assert.equal(api.model.get(failed.id)?.attempt, 1);
    await run('cancel', running.id);
    assert.equal((await ended(api, running.id)).status, 'cancelled');
  });
});
