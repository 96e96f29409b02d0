/** The Schedules and Queues views in a real editor, and their commands. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import type { QueuesNode } from '../../extension/queues/queuesTree.ts';
import type { ScheduleNode, SchedulesNode } from '../../extension/schedules/schedulesTree.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import { clear, ended, jobdeck, jobThat, Person, run, submit, until } from './harness.ts';

let api: JobdeckApi;
let person: Person;
let client: DaemonClient;

async function prepare(): Promise<void> {
  api = await jobdeck();
  client = await api.connection.client();
  for (const { id } of await client.schedules()) await client.removeSchedule(id);
  await clear(api);
  await api.schedules.refresh();
  person = new Person();
  person.presses();
}

describe('the schedules view', () => {
  beforeEach(prepare);
  afterEach(() => person.restore());

  const tree = () => api.schedules.tree;
  const rows = () => tree().getChildren();
  const item = (node: SchedulesNode) => tree().getTreeItem(node);
  const row = async (name: string): Promise<ScheduleNode> => {
    const found = await until(async () => (await rows()).find((node) => item(node).label === name));
    assert.ok(found.kind === 'schedule');
    return found;
  };
  const add = (name: string, shell = 'true') =>
    client.addSchedule({ name, cron: '0 3 * * *', timezone: 'UTC', job: { command: { shell } } });
  const shows = (description: RegExp) =>
    until(async () => {
      const [first] = await rows();
      return first !== undefined && description.test(String(item(first).description));
    });

  it('shows the next run of each schedule, and nothing without schedules', async () => {
    assert.deepEqual(await rows(), []);
    await add('nightly');
    await api.schedules.refresh();
    const { description, contextValue, accessibilityInformation, tooltip } = item(await row('nightly'));
    assert.match(String(description), /^every day at 03:00.* · next in \d+ (h|min)$/);
    assert.equal(contextValue, 'schedule pausable');
    assert.match(accessibilityInformation?.label ?? '', /^Schedule nightly, every day at 03:00.* · next in /);
    assert.match(String(tooltip), /0 3 \* \* \* \(UTC\)/);
  });

  it('reads schedules created elsewhere when it becomes visible', async () => {
    await vscode.commands.executeCommand('jobdeck.schedules.focus');
    await until(async () => tree().reading.value !== undefined);
    await vscode.commands.executeCommand('workbench.view.explorer');
    await add('elsewhere');
    await vscode.commands.executeCommand('jobdeck.schedules.focus');
    await row('elsewhere');
  });

  it('follows changes by other clients while it is visible', async () => {
    await vscode.commands.executeCommand('jobdeck.schedules.focus');
    await until(async () => tree().reading.value !== undefined);
    const { id } = await add('elsewhere');
    await until(() => tree().schedule(id) !== undefined);
    await client.pauseSchedule(id);
    await until(() => tree().schedule(id)?.paused);
    await client.removeSchedule(id);
    await until(() => tree().schedule(id) === undefined);
  });

  it('Run Schedule Now starts a run, and the row shows its status', async () => {
    await add('fails', 'exit 3');
    await api.schedules.refresh();
    await vscode.commands.executeCommand('jobdeck.schedules.focus');
    const node = await row('fails');
    await run('runSchedule', node);
    const job = await jobThat(api, ({ scheduleId }) => scheduleId === node.id);
    await ended(api, job.id);
    await shows(/Failed/);
    assert.equal((item(node).iconPath as vscode.ThemeIcon).id, 'error');
    const [latest] = await tree().getChildren(node);
    assert.ok(latest !== undefined);
    assert.match(String(item(latest).description), /^Failed · exit code 3 .* manual run$/);
    // The editor forgets arguments when it redraws the row.
    assert.deepEqual(item(latest).command, { command: 'jobdeck.schedules.openRow', title: 'Show Details' });
    await run('openLog', latest);
    await until(() => vscode.window.activeTextEditor?.document.uri.scheme === 'jobdeck-log');
  });

  it('pauses and resumes from the row, and from the Command Palette by selection', async () => {
    await add('nightly');
    await api.schedules.refresh();
    await run('pauseSchedule', await row('nightly'));
    await shows(/ · paused$/);
    assert.equal(item(await row('nightly')).contextValue, 'schedule resumable');
    await add('other');
    // It is the only paused one.
    await run('resumeSchedule');
    assert.deepEqual(person.offered, []);
    await shows(/ · next in /);
  });

  it('removes a schedule after confirmation, copies its name, and shows a message without schedules', async () => {
    await run('removeSchedule');
    assert.match(person.messages[0]?.message ?? '', /No schedules yet/);
    await add('nightly');
    await api.schedules.refresh();
    await run('copyScheduleName', await row('nightly'));
    assert.equal(await vscode.env.clipboard.readText(), 'nightly');
    person.presses('Remove');
    await run('removeSchedule', await row('nightly'));
    assert.deepEqual(await rows(), []);
    assert.deepEqual(await client.schedules(), []);
  });

  it('reports actions on a removed schedule', async () => {
    const { id } = await add('nightly');
    await api.schedules.refresh();
    const node = await row('nightly');
    await client.removeSchedule(id);
    await run('pauseSchedule', node);
    assert.equal(person.messages.at(-1)?.message, 'This schedule no longer exists.');
  });
});

describe('the queues view', () => {
  beforeEach(prepare);
  afterEach(() => person.restore());

  const tree = () => api.queues.tree;
  const item = (node: QueuesNode) => tree().getTreeItem(node);
  const row = (name: string) =>
    until(async () => (await tree().getChildren()).find((node) => item(node).label === name));
  const shows = async (name: string, what: RegExp) => {
    const node = await row(name);
    await until(() => what.test(String(item(node).description)));
  };

  it('shows the current number of running and waiting jobs', async () => {
    await client.setQueue('narrow', { concurrency: 1 });
    await api.queues.refresh();
    await vscode.commands.executeCommand('jobdeck.queues.focus');
    await shows('narrow', /^0 of 1 running · 0 waiting$/);
    const sleep = { command: { shell: 'sleep 300' }, queue: 'narrow' };
    const submitted = await Promise.all([client.submit(sleep), client.submit(sleep)]);
    await shows('narrow', /^1 of 1 running · 1 waiting$/);
    for (const { id } of submitted) await jobThat(api, (job) => job.id === id);
    await clear(api);
    await shows('narrow', /^0 of 1 running · 0 waiting$/);
  });

  it('follows changes by other clients while it is visible', async () => {
    await vscode.commands.executeCommand('jobdeck.queues.focus');
    await until(() => tree().reading.value !== undefined);
    await client.setQueue('theirs', { concurrency: 2 });
    await until(() => tree().queue('theirs') !== undefined);
    await client.pauseQueue('theirs');
    await until(() => tree().queue('theirs')?.paused);
    await client.removeQueue('theirs');
    await until(() => tree().queue('theirs') === undefined);
  });

  it('shows the engines with their running jobs', async () => {
    await submit(api, 'sleep 300');
    await api.queues.refresh();
    const engines = await row('Engines');
    const labels = (await tree().getChildren(engines)).map((node) => `${item(node).label}: ${item(node).description}`);
    assert.ok(labels.includes('local: 1 running'), labels.join());
  });

  it('pauses, resizes, resumes and removes a queue from its row', async () => {
    await client.setQueue('mine', { concurrency: 1 });
    await api.queues.refresh();
    await run('pauseQueue', await row('mine'));
    await shows('mine', /^paused · 0 of 1/);
    assert.equal(item(await row('mine')).contextValue, 'queue resumable removable');
    person.types('4');
    await run('resizeQueue', await row('mine'));
    await shows('mine', /0 of 4/);
    await run('resumeQueue', await row('mine'));
    await shows('mine', /^0 of 4/);
    person.presses('Remove');
    await run('removeQueue', await row('mine'));
    assert.ok(!(await client.queues()).some(({ name }) => name === 'mine'));
    assert.ok(!(await tree().getChildren()).some((node) => item(node).label === 'mine'));
  });

  it('offers only applicable queues in the Command Palette', async () => {
    for (const queue of ['still', 'quiet', 'busy']) await client.setQueue(queue, {});
    for (const queue of ['still', 'quiet']) await client.pauseQueue(queue);
    person.picks('still');
    await run('resumeQueue');
    assert.deepEqual(person.offered.sort(), ['$(debug-pause) quiet', '$(debug-pause) still']);
    // There is only one left to choose.
    await run('resumeQueue');
    assert.equal(person.offered.length, 2);
    await run('resumeQueue');
    assert.equal(person.messages.at(-1)?.message, 'No paused queues.');
  });
});
