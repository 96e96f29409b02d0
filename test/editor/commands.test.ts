import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { clear, ended, jobdeck, jobThat, Person, run, submit, submitAndWait, until } from './harness.ts';

describe('commands without a selection', () => {
  let api: JobdeckApi;
  let person: Person;

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
    person.presses();
  });
  afterEach(() => person.restore());

  const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;

  it('Run… runs the typed command in the workspace folder', async () => {
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

  it('Run… runs the typed command even if Enter is pressed before the list is updated', async () => {
    person.runs((pick) => {
      pick.choose('npm run');
      pick.type('echo typed');
      pick.enter();
    });
    await run('run');
    await jobThat(api, ({ commandLine }) => commandLine === 'echo typed');
  });

  it('Run… runs nothing without input, and offers recent commands', async () => {
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

  it('Cancel offers the jobs that can be cancelled and cancels one', async () => {
    await submitAndWait(api, 'true', 'over');
    const job = await submit(api, 'sleep 30', 'long');
    await submit(api, 'sleep 30', 'other');
    person.picks('long');
    await run('cancel');
    assert.equal(person.offered.length, 2);
    assert.equal((await ended(api, job.id)).status, 'cancelled');
  });

  it('Pause suspends a running job, and Resume continues it', async () => {
    const job = await submit(api, 'sleep 30', 'long');
    await jobThat(api, ({ id, capabilities }) => id === job.id && capabilities.pause.allowed);
    person.picks('long');
    await run('pause');
    await jobThat(api, ({ id, pausedAt }) => id === job.id && pausedAt !== null);
    await run('resume');
    await jobThat(api, ({ id, pausedAt }) => id === job.id && pausedAt === null);
  });

  it('Hold keeps a waiting job from starting, and Release puts it back in the queue', async () => {
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

  it('Queues… changes the concurrency', async () => {
    const client = await api.connection.client();
    await client.setQueue('narrow', { concurrency: 1 });
    person.picks('narrow', 'Change Concurrency');
    person.types('3');
    await run('changeQueue');
    const [queue] = (await client.queues()).filter(({ name }) => name === 'narrow');
    assert.equal(queue?.concurrency, 3);
  });

  it('Cancel shows a message when no job can be cancelled', async () => {
    await run('cancel');
    assert.deepEqual(person.messages, [{ message: 'No jobs to cancel.', buttons: [] }]);
  });

  it('Retry starts another attempt of a failed job and opens its page', async () => {
    await submitAndWait(api, 'true', 'good');
    const job = await submitAndWait(api, 'exit 3', 'bad');
    await submitAndWait(api, 'exit 4', 'worse');
    person.picks('bad');
    await run('retry');
    assert.equal(person.offered.length, 2);
    await jobThat(api, ({ id, attempt, status }) => id === job.id && attempt === 2 && status === 'failed');
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await until(() => tabs().some(({ label, input }) => label === 'bad' && input instanceof vscode.TabInputWebview));
  });

  it('Run Again runs a completed job again', async () => {
    const job = await submitAndWait(api, 'true', 'good');
    person.picks('good');
    await run('runAgain');
    await jobThat(api, ({ id, attempt, status }) => id === job.id && attempt === 2 && status === 'completed');
  });

  it('Retry with Edited Command… changes the command for this and later attempts', async () => {
    const job = await submitAndWait(api, 'exit 3', 'bad');
    person.picks('bad');
    person.types('exit 5');
    await run('retryEdited');
    const retried = await jobThat(api, ({ id, exitCode }) => id === job.id && exitCode === 5);
    assert.equal(retried.commandLine, 'exit 5');
  });

  it('Retry with Edited Command… rejects an empty command', async () => {
    const job = await submitAndWait(api, 'exit 3', 'bad');
    person.picks('bad');
    person.types('  ');
    await run('retryEdited');
    assert.equal(api.model.get(job.id)?.attempt, 1);
  });

  it('Retry All Failed… asks for confirmation', async () => {
    const jobs = [await submitAndWait(api, 'exit 3'), await submitAndWait(api, 'exit 4')];
    await run('retryAllFailed');
    assert.equal(person.messages[0]?.message, 'Retry 2 failed jobs?');
    assert.ok(api.model.all().every(({ attempt }) => attempt === 1));
    person.presses('Retry');
    await run('retryAllFailed');
    for (const { id } of jobs)
      await jobThat(api, (job) => job.id === id && job.attempt === 2 && job.status === 'failed');
  });

  it('Open Log offers the jobs with a log', async () => {
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

  it('Copy ID and Copy Command write to the clipboard', async () => {
    const copied: string[] = [];
    const clipboard = { readText: async () => '', writeText: async (text: string) => void copied.push(text) };
    person.stubs.put(vscode.env, 'clipboard', clipboard);
    const job = await submitAndWait(api, 'echo copy me', 'copied');
    person.picks('copied');
    await run('copyId');
    await run('copyCommand');
    assert.deepEqual(copied, [job.id, 'echo copy me']);
    const other = await submitAndWait(api, 'echo me too', 'other');
    await run('copyCommand', [job.id, other.id]);
    assert.equal(copied.at(-1), 'echo copy me\necho me too');
  });

  it('Remove… asks for confirmation and removes the job', async () => {
    const job = await submitAndWait(api, 'true', 'old');
    person.picks('old');
    await run('remove');
    assert.equal(person.messages[0]?.message, 'Remove this job and its logs?');
    // Enter presses the first button.
    assert.deepEqual(person.messages[0]?.buttons, ['Keep Jobs', 'Remove']);
    assert.ok(api.model.get(job.id));
    person.presses('Remove');
    await run('remove');
    await until(() => api.model.get(job.id) === undefined);
  });

  it('Clear Finished… can keep failed jobs', async () => {
    await submitAndWait(api, 'true', 'good');
    const bad = await submitAndWait(api, 'exit 3', 'bad');
    person.presses('Remove All but Failed');
    await run('clearFinished');
    await until(() => api.model.all().length === 1);
    assert.deepEqual(person.messages.at(-1)?.buttons, ['Keep Jobs', 'Remove All but Failed', 'Remove All']);
    assert.deepEqual(
      api.model.all().map(({ id }) => id),
      [bad.id],
    );
    person.presses('Remove All');
    await run('clearFinished');
    await until(() => api.model.all().length === 0);
  });

  it('Show Jobs opens the view and lists running jobs', async () => {
    await submit(api, 'sleep 30', 'long');
    person.picks();
    await run('showJobs');
    assert.equal(person.offered.length, 1);
    assert.match(person.offered[0] ?? '', /long$/);
  });

  it('Show Daemon Log opens the log', async () => {
    await run('showDaemonLog');
    await until(() => vscode.window.activeTextEditor?.document.uri.path.endsWith('/daemon.log'));
  });
});

describe('notifications', () => {
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
    person.restore();
    await setting('jobdeck.notifications.show', undefined);
  });

  const here = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const ends = async (shell: string, title: string) =>
    (await api.connection.client()).submit({ command: { shell }, title, workspace: here() });

  it('report a failed job of the workspace and offer to retry it', async () => {
    person.presses('Retry');
    const { id } = await ends('[ "$JOBDECK_ATTEMPT" = 2 ] || exit 3', 'bad');
    await jobThat(api, (job) => job.id === id && job.attempt === 2 && job.status === 'completed');
    assert.deepEqual(person.messages[0], {
      message: '“bad” failed: exit code 3.',
      buttons: ['Open Log in Tab', 'Retry', 'Don’t Show Again'],
    });
  });

  it('report completed jobs only if enabled', async () => {
    person.presses();
    await ends('true', 'quiet');
    await ends('exit 1', 'bad');
    await until(() => person.messages.length > 0);
    await setting('jobdeck.notifications.show', 'all');
    await ends('true', 'good');
    await until(() => person.messages.length > 1);
    const [bad, good] = person.messages.map(({ message }) => message);
    assert.deepEqual([bad, good?.replace(/ in .*/, '')], ['“bad” failed: exit code 1.', '“good” completed']);
  });

  it('show job titles as text, not as links that run commands', async () => {
    person.presses();
    await ends('exit 1', 'x [Retry](command:workbench.action.quit) $(trash)');
    await until(() => person.messages.length > 0);
    assert.match(person.messages[0]?.message ?? '', /x \[Retry\]\u2060\(command:workbench/);
  });

  it('can be turned off', async () => {
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
  afterEach(() => person.restore());

  it('explain why they don’t apply, and change nothing', async () => {
    const job = await submitAndWait(api, 'true');
    await run('cancel', job.id);
    assert.match(person.messages[0]?.message ?? '', /already finished/);
    assert.deepEqual(api.model.get(job.id), job);
  });

  it('report an unknown job', async () => {
    await run('cancel', 'nosuchjob');
    await run('openLog', 'nosuchjob');
    await run('remove', 'nosuchjob');
    assert.equal(person.messages.filter(({ message }) => /nosuchjob/.test(message)).length, 3);
  });

  it('ask for confirmation before cancelling several jobs', async () => {
    const jobs = [await submit(api, 'sleep 30'), await submit(api, 'sleep 31')];
    const rows = jobs.map(({ id }) => api.view.tree.node(id));
    await run('cancel', rows[0], rows);
    assert.equal(person.messages[0]?.message, 'Cancel 2 jobs?');
    assert.ok(api.model.all().every(({ cancelRequestedAt }) => cancelRequestedAt === null));
    person.presses('Yes, Cancel Jobs');
    await run('cancel', rows[0], rows);
    for (const { id } of jobs) assert.equal((await ended(api, id)).status, 'cancelled');
  });

  it('apply to the selected row if the editor passes none', async () => {
    const job = await submit(api, 'sleep 30');
    await api.view.reveal(job.id);
    await until(() => api.view.selection().includes(job.id));
    await run('cancel', undefined, undefined);
    assert.equal((await ended(api, job.id)).status, 'cancelled');
  });

  it('reject an empty command', async () => {
    await run('run', '   ');
    assert.equal(person.messages[0]?.message, 'No command to run.');
    assert.equal(api.model.all().length, 0);
  });

  it('can cancel but not start jobs in an untrusted workspace', async () => {
    const failed = await submitAndWait(api, 'exit 3');
    const running = await submit(api, 'sleep 30');
    person.stubs.put(vscode.workspace, 'isTrusted', false);
    await run('run', 'echo started');
    await run('runScript', {});
    for (const name of ['retry', 'runAgain', 'retryEdited', 'retryAllFailed'] as const) await run(name, failed.id);
    assert.equal(person.messages.length, 6);
    assert.ok(
      person.messages.every(({ message }) => message.startsWith('Jobdeck can’t start jobs in an untrusted workspace')),
    );
    assert.equal(api.model.all().length, 2);
    assert.equal(api.model.get(failed.id)?.attempt, 1);
    await run('cancel', running.id);
    assert.equal((await ended(api, running.id)).status, 'cancelled');
  });
});
