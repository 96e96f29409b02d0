/** Loading, sorting and searching a long history in the jobs view, and commands on all matching jobs. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobdeckApi } from '../../extension/extension.ts';
import { defaultArrangement } from '../../extension/tree/arrangement.ts';
import { noFilter } from '../../extension/tree/filter/filter.ts';
import type { TreeNode } from '../../extension/tree/treeNodes.ts';
import { feedHistory } from '../../shared/wire.ts';
import { clear, ended, jobdeck, jobThat, Person, remember, run, submit, submitAndWait, until } from './harness.ts';

let api: JobdeckApi;
let person: Person;

const label = (node: TreeNode) => String(api.view.tree.getTreeItem(node).label);
const top = () => api.view.tree.getChildren();
const labels = (nodes: readonly TreeNode[]) => nodes.map(label);
const groupOf = (name: RegExp) => top().find((node) => name.test(label(node)));
const rowsOf = (name: RegExp) => {
  const group = groupOf(name);
  return group === undefined ? [] : api.view.tree.getChildren(group);
};
const showsTop = (...expected: string[]) => until(() => labels(top()).join('\n') === expected.join('\n'));

function resetView(): void {
  // Another filter, although it hides nothing either, to discard loaded pages.
  api.view.setFilter({ ...noFilter });
  api.view.setArrangement(defaultArrangement);
}

describe('the jobs view with a long history', () => {
  before(async function () {
    this.timeout(120_000);
    api = await jobdeck();
    await clear(api);
    await remember(api, 60, 'old');
    await remember(api, feedHistory + 20, 'new');
    await vscode.commands.executeCommand('jobdeck.jobs.focus');
  });
  beforeEach(() => {
    person = new Person();
    person.presses();
    resetView();
  });
  afterEach(() => person.restore());
  after(async () => {
    resetView();
    await clear(api);
  });

  const last = (name: RegExp) => rowsOf(name).at(-1);
  const known = () => api.view.tree.shownJobs().length;

  it('loads more at the end of a group with the row and its command', async () => {
    const more = await until(() => [last(/^Recent/)].find((node) => node?.kind === 'more'));
    // All of them are counted, whether they are loaded or not: every tenth job failed.
    await until(() => label(groupOf(/^Recent/) as TreeNode) === 'Recent (522)');
    assert.equal(label(groupOf(/^Failed/) as TreeNode), 'Failed (58)');
    const { command, description, id } = api.view.tree.getTreeItem(more);
    assert.match(String(description), /^\d+ older jobs$/);
    assert.equal(id, 'more:recent');
    const before = known();
    await vscode.commands.executeCommand(command?.command ?? '', ...(command?.arguments ?? []));
    await until(() => known() > before);
    await run('loadMore');
    await until(() => api.view.tree.moreSections().length === 0);
    assert.equal(known(), 60 + feedHistory + 20);
    await until(() => rowsOf(/^Recent/).every(({ kind }) => kind === 'job'));
    await run('loadMore');
    assert.equal(person.messages.at(-1)?.message, 'All jobs are already shown.');
  });

  it('updates loaded jobs: removed ones disappear', async () => {
    await until(() => api.view.tree.moreSections().length === 2);
    // Jobs that ended in the same millisecond as the oldest known ones take their places in a page.
    while (api.view.tree.moreSections().length > 0) await run('loadMore');
    const gone = await until(() => api.view.tree.older.all().find(({ title }) => title === 'old 1'));
    const client = await api.connection.client();
    await client.remove(gone.id);
    await until(() => api.view.tree.older.get(gone.id) === undefined);
    const again = await until(() => api.view.tree.older.all().find(({ title }) => title === 'old 0'));
    // Commands find it, too.
    const copied: string[] = [];
    const clipboard = { readText: async () => '', writeText: async (text: string) => void copied.push(text) };
    person.stubs.put(vscode.env, 'clipboard', clipboard);
    await run('copyId', api.view.tree.node(again.id));
    assert.deepEqual(copied, [again.id]);
  });

  it('filters jobs that are not loaded', async () => {
    person.picks('old');
    await run('filter');
    assert.ok(person.offered.includes('old') && person.offered.includes('new'));
    await until(() => rowsOf(/^Failed/).length > 0 && rowsOf(/^Recent/).length > 0);
    assert.ok(api.view.tree.shownJobs().every(({ type }) => type === 'old'));
    await until(() => /^Filtered by old: \d+ jobs\.$/.test(api.view.shown.message ?? ''));
  });

  it('searches for words, and offers to clear the search', async () => {
    person.types('old 2');
    await run('search');
    await until(() => labels(rowsOf(/^Recent/)).includes('old 2'));
    assert.deepEqual([...new Set(api.view.tree.shownJobs().map(({ title }) => title))], ['old 2']);
    person.picks();
    await run('filter');
    assert.ok(person.offered.includes('“old 2”'), person.offered.join());
    assert.deepEqual(api.view.tree.filter, noFilter);
  });

  it('filters by date, and rejects invalid dates', async () => {
    person.picks('Yesterday');
    await run('filterByDate');
    await until(() => /^Filtered by created on \d{4}-\d\d-\d\d: 0 jobs\.$/.test(api.view.shown.message ?? ''));
    person.picks('Custom Range');
    person.types('soon');
    const before = api.view.tree.filter;
    await run('filterByDate');
    assert.equal(api.view.tree.filter, before);
    person.types('2020-01-01 to 2090-01-01');
    await run('filterByDate');
    await until(() => known() > feedHistory);
    person.picks('Any Time');
    await run('filterByDate');
    assert.deepEqual(api.view.tree.filter, noFilter);
  });

  it('removes all matching jobs, including those not loaded', async () => {
    api.view.setFilter({ type: ['old'] });
    person.presses('Remove');
    await run('removeMatching');
    assert.match(person.messages[0]?.message ?? '', /^Remove \d\d jobs and their logs\?$/);
    assert.match(person.messages.at(-1)?.message ?? '', /^Removed \d\d jobs\.$/);
    const client = await api.connection.client();
    assert.equal((await client.list({ type: 'old' })).total, 0);
    await until(() => known() === 0);
    assert.ok((await client.list({ type: 'new' })).total > feedHistory);
  });
});

describe('sorting, grouping and bulk commands', () => {
  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
    person.presses();
    resetView();
  });
  afterEach(async () => {
    person.restore();
    resetView();
  });

  it('Sort and Group… sorts, groups, shows that and persists it', async () => {
    await submitAndWait(api, 'true', 'b');
    await submitAndWait(api, 'exit 3', 'a');
    await showsTop('Failed (1)', 'Recent (1)');
    person.picks('None');
    await run('arrange');
    assert.ok(person.offered.includes('$(check) Newest First'));
    await showsTop('a', 'b');
    person.picks('Oldest First');
    await run('arrange');
    await showsTop('b', 'a');
    assert.equal(api.view.shown.description, 'not grouped · oldest first');
    const [row] = top();
    assert.equal(row === undefined ? undefined : api.view.tree.getParent(row), undefined);
    person.picks('Day');
    await run('arrange');
    await showsTop('Today (2)');
    assert.deepEqual(labels(rowsOf(/^Today/)), ['b', 'a']);
    person.picks('Newest First');
    await run('arrange');
    person.picks('Status');
    await run('arrange');
    await showsTop('Failed (1)', 'Recent (1)');
    assert.equal(api.view.shown.description, undefined);
  });

  it('Cancel All That Match… cancels the filtered jobs after confirmation', async () => {
    const keep = await submit(api, 'sleep 300', 'keep');
    const client = await api.connection.client();
    const going = await Promise.all(
      ['one', 'two', 'three'].map((title) => client.submit({ command: { shell: 'sleep 300' }, title, type: 'going' })),
    );
    for (const { id } of going) await jobThat(api, (job) => job.id === id && job.status === 'running');
    api.view.setFilter({ type: ['going'] });
    await run('cancelMatching');
    assert.equal(person.messages[0]?.message, 'Cancel 3 jobs?');
    person.presses('Yes, Cancel Jobs');
    await run('cancelMatching');
    for (const { id } of going) assert.equal((await ended(api, id)).status, 'cancelled');
    assert.equal(person.messages.at(-1)?.message, 'Cancelled 3 jobs.');
    assert.equal(api.model.get(keep.id)?.status, 'running');
    await run('cancelMatching');
    assert.match(person.messages.at(-1)?.message ?? '', /^No matching jobs to cancel/);
  });

  it('Retry All That Match… retries only failed and cancelled jobs', async () => {
    const bad = await submitAndWait(api, 'exit 3', 'bad');
    const good = await submitAndWait(api, 'true', 'good');
    person.presses('Retry');
    await run('retryMatching');
    assert.equal(person.messages[0]?.message, 'Retry 1 job?');
    await jobThat(api, ({ id, attempt, status }) => id === bad.id && attempt === 2 && status === 'failed');
    assert.equal(api.model.get(good.id)?.attempt, 1);
  });
});
