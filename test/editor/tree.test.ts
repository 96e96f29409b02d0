import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import type { TreeNode } from '../../extension/tree/treeNodes.ts';
import { clear, ended, jobdeck, jobThat, Person, run, submit, submitAndWait, until } from './harness.ts';

describe('the jobs view', () => {
  let api: JobdeckApi;
  let person: Person;

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
  });
  afterEach(() => person.restore());

  /** Labels of the groups and, indented, their rows. */
  const shown = () => {
    const { tree } = api.view;
    const label = (node: TreeNode) => String(tree.getTreeItem(node).label);
    return tree
      .getChildren()
      .flatMap((group) => [label(group), ...tree.getChildren(group).map((row) => `  ${label(row)}`)]);
  };
  const shows = (...lines: string[]) => until(() => shown().join('\n') === lines.join('\n'));
  const itemOf = (id: string) => api.view.tree.getTreeItem(api.view.tree.node(id));

  it('shows a job in the running group, then in the group of its outcome', async () => {
    const good = await submit(api, 'read line < /dev/null; sleep 30', 'long');
    await shows('Running (1)', '  long');
    const bad = await submitAndWait(api, 'exit 3', 'bad');
    await shows('Running (1)', '  long', 'Failed (1)', '  bad');
    await (await api.connection.client()).cancel(good.id);
    await ended(api, good.id);
    await shows('Failed (1)', '  bad', 'Recent (1)', '  long');
    await (await api.connection.client()).retry(bad.id);
    await jobThat(api, ({ id, attempt, status }) => id === bad.id && attempt === 2 && status === 'failed');
    await shows('Failed (1)', '  bad', 'Recent (1)', '  long');
    assert.match(String(itemOf(bad.id).description), /exit code 3 .* attempt 2$/);
  });

  it('keeps the identity of a row as long as the job exists', async () => {
    const job = await submit(api, 'sleep 30');
    await until(() => api.view.tree.getChildren().length > 0);
    const node = api.view.tree.node(job.id);
    assert.equal(itemOf(job.id).id, job.id);
    await (await api.connection.client()).cancel(job.id);
    await ended(api, job.id);
    await until(() => shown().includes('Recent (1)'));
    assert.equal(api.view.tree.node(job.id), node);
    assert.equal(itemOf(job.id).id, job.id);
  });

  it('gives rows an icon, an accessible label, a menu context and a click command', async () => {
    const job = await submitAndWait(api, 'exit 3', 'bad');
    const item = itemOf(job.id);
    assert.equal((item.iconPath as vscode.ThemeIcon).id, 'error');
    assert.match(item.accessibilityInformation?.label ?? '', /^bad, Failed, exit code 3/);
    assert.match(item.contextValue ?? '', /\bretryable\b.*\bhasLog\b/);
    // The editor forgets arguments when it redraws the row.
    assert.deepEqual(item.command, { command: 'jobdeck.jobs.openRow', title: 'Show Details' });
  });

  it('opens the selected row on a click, and nothing when a row is only selected', async () => {
    const job = await submitAndWait(api, 'true', 'good');
    await api.view.reveal(job.id);
    await until(() => api.view.selection().includes(job.id));
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    assert.ok(!tabs().includes('good'));
    await vscode.commands.executeCommand(itemOf(job.id).command?.command ?? '');
    await until(() => tabs().includes('good'));
  });

  it('creates tooltips only on hover', async () => {
    const job = await submitAndWait(api, 'true');
    const item = itemOf(job.id);
    assert.equal(item.tooltip, undefined);
    const { tooltip } = api.view.tree.resolveTreeItem(item, api.view.tree.node(job.id));
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.match(tooltip.value, /Completed/);
    assert.equal(typeof tooltip.isTrusted, 'object');
  });

  it('shows the number of running jobs in its badge', async () => {
    const job = await submit(api, 'sleep 30');
    await until(() => api.view.shown.badge?.value === 1);
    assert.equal(api.view.shown.badge?.tooltip, '1 job running');
    await (await api.connection.client()).cancel(job.id);
    await until(() => api.view.shown.badge === undefined);
  });

  it('shows only jobs that match the filter, and shows the filter', async () => {
    await submitAndWait(api, 'exit 3', 'bad');
    await submitAndWait(api, 'true', 'good');
    person.picks('Failed');
    await run('filter');
    assert.ok(person.offered.includes('Completed'));
    await shows('Failed (1)', '  bad');
    assert.equal(api.view.shown.message, 'Filtered by Failed: 1 of 2 jobs.');
    await run('clearFilter');
    await shows('Failed (1)', '  bad', 'Recent (1)', '  good');
    assert.equal(api.view.shown.message, undefined);
  });

  it('shows a paused job in a group of its own, and what failed last before a row for the rest', async () => {
    const client = await api.connection.client();
    const { id } = await submit(api, 'sleep 300', 'long');
    await jobThat(api, (job) => job.id === id && job.status === 'running');
    await client.pause(id);
    await shows('Paused (1)', '  long');
    await until(() => /0 jobs running, 1 paused/.test(api.statusBar.shown?.spoken ?? ''));
    for (const n of Array.from({ length: 20 }).keys()) {
      const { job } = await client.startReported({ title: `n${n}` });
      await client.report(job.id, { kind: 'fail', message: 'no luck' });
    }
    await until(() => shown().includes('Failed (20)') && shown().includes('  Show All…'));
    assert.ok(shown().length < 15, shown().join());
    await vscode.commands.executeCommand('jobdeck.jobs.focus');
    await api.view.reveal((await jobThat(api, ({ title }) => title === 'n0')).id);
    await until(() => shown().includes('  n0'));
  });

  it('keeps up with hundreds of short jobs', async () => {
    await vscode.commands.executeCommand('jobdeck.jobs.focus');
    const client = await api.connection.client();
    const submitted = Array.from({ length: 60 }, (_, index) =>
      client.submit({ command: { shell: `exit ${index % 2}` }, title: `n${index}` }),
    );
    const ids = (await Promise.all(submitted)).map(({ id }) => id);
    await Promise.all(ids.map((id) => ended(api, id)));
    await until(() => shown().includes('Failed (30)') && shown().includes('Recent (30)'));
    await api.view.reveal(ids[0]);
    assert.deepEqual(api.view.selection(), [ids[0]]);
  });
});
