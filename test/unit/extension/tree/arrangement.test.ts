import assert from 'node:assert/strict';
import { type Translate, untranslated as t } from '../../../../extension/base/text.ts';
import {
  type Arrangement,
  defaultArrangement,
  describeArrangement,
  readArrangement,
} from '../../../../extension/tree/arrangement.ts';
import { groupLabel } from '../../../../extension/tree/groupLabel.ts';
import { groupJobs, localDay, redrawFor } from '../../../../extension/tree/groups.ts';
import { moreRow, type Section } from '../../../../extension/tree/older/olderSections.ts';
import { ago, makeJob, now } from '../builders.ts';

const running = makeJob({ title: 'b', startedAt: ago(30), queuedAt: ago(30), priority: 'low', type: 'test' });
const waiting = makeJob({ title: 'C', status: 'waiting', queuedAt: ago(5), priority: 'urgent', workspace: null });
const long = makeJob({ title: 'a10', status: 'completed', startedAt: ago(100), endedAt: ago(20) });
const short = makeJob({ title: 'a9', status: 'failed', startedAt: ago(3), endedAt: ago(2), priority: 'high' });
const all = [long, running, short, waiting];

const grouping = (arrangement: Partial<Arrangement>, more: readonly Section[] = []) =>
  groupJobs(all, { arrangement: { ...defaultArrangement, ...arrangement }, more, now });
const titles = (ids: readonly string[] = []) => ids.map((id) => all.find((job) => job.id === id)?.title ?? id);
const rows = (arrangement: Partial<Arrangement>, more: readonly Section[] = []) =>
  Object.fromEntries([...grouping(arrangement, more).groups].map(([key, ids]) => [key, titles(ids)]));

describe('the order of the jobs', () => {
  for (const [sort, order] of [
    ['newest', ['C', 'b', 'a9', 'a10']],
    ['oldest', ['a10', 'a9', 'b', 'C']],
    ['title', ['a9', 'a10', 'b', 'C']],
    ['duration', ['a10', 'b', 'a9', 'C']],
    ['priority', ['C', 'a9', 'a10', 'b']],
  ] as const) {
    it(`is, by ${sort}, ${order.join(', ')}`, () => {
      assert.deepEqual(rows({ sort, group: 'none' }), { all: order });
    });
  }

  it('applies to the jobs of a group, too', () => {
    const group = makeJob({ engine: 'group' });
    const below = all.map((job) => ({ ...job, parentId: group.id }));
    const rules = { arrangement: { sort: 'title', group: 'status' } as const, more: [], now };
    assert.deepEqual(titles(groupJobs([group, ...below], rules).children.get(group.id)), ['a9', 'a10', 'b', 'C']);
  });
});

describe('the groups of the jobs', () => {
  it('are by status, type, workspace or day', () => {
    assert.deepEqual(Object.keys(rows({ group: 'status' })), ['running', 'waiting', 'failed', 'recent']);
    assert.deepEqual(rows({ group: 'type' }), { 'type:build': ['C', 'a9', 'a10'], 'type:test': ['b'] });
    assert.deepEqual(Object.keys(rows({ group: 'workspace' })), ['workspace:', 'workspace:/home/me/project']);
    const days = groupJobs([...all, makeJob({ status: 'completed', endedAt: ago(60 * 30) })], {
      arrangement: { sort: 'newest', group: 'day' },
      more: [],
      now,
    });
    assert.deepEqual([...days.groups.keys()], [`day:${localDay(now)}`, `day:${localDay(now - 30 * 3_600_000)}`]);
  });

  it('are named after what their jobs have in common', () => {
    const facts = { count: 2, more: false, now };
    const german: Translate = Object.assign((...given: Parameters<Translate>) => t(...given), { language: 'de' });
    const label = (key: string) => groupLabel(key, facts, german);
    assert.equal(label('type:a:b'), 'a:b (2)');
    assert.equal(label('workspace:'), 'No Workspace (2)');
    assert.equal(label(`day:${localDay(now)}`), 'Today (2)');
    assert.equal(label(`day:${localDay(now - 86_400_000)}`), 'Yesterday (2)');
    assert.equal(label('day:2025-01-31'), 'Freitag, 31. Januar 2025 (2)');
  });

  it('end with the row to load more, even if otherwise empty', () => {
    assert.deepEqual(rows({}, ['failed', 'recent']).recent, ['a10', moreRow('recent')]);
    const empty = groupJobs([running], { arrangement: defaultArrangement, more: ['recent'], now });
    assert.deepEqual([...empty.groups.keys()], ['running', 'recent']);
    assert.deepEqual(Object.keys(rows({ group: 'type' }, ['finished'])), [
      'type:build',
      'type:test',
      moreRow('finished'),
    ]);
    assert.deepEqual(rows({ group: 'none' }, ['finished']).all?.at(-1), moreRow('finished'));
  });

  it('are redrawn completely when ungrouped rows move, and only the row to load more when it changes', () => {
    const flat = grouping({ group: 'none' });
    assert.equal(redrawFor(flat, grouping({ group: 'none', sort: 'title' }), []).everything, true);
    const more = grouping({ group: 'type' }, ['finished']);
    assert.deepEqual(redrawFor(more, more, [moreRow('finished')]).jobs, [moreRow('finished')]);
  });

  it('handle a group of ten thousand jobs quickly', () => {
    const group = makeJob({ engine: 'group' });
    const jobs = Array.from({ length: 10_000 }, () => makeJob({ parentId: group.id }));
    assert.equal(groupJobs([group, ...jobs]).children.get(group.id)?.length, 10_000);
  });
});

describe('an arrangement', () => {
  it('is restored, without invalid parts', () => {
    const kept: Arrangement = { sort: 'duration', group: 'day' };
    assert.deepEqual(readArrangement(JSON.parse(JSON.stringify(kept))), kept);
    for (const wrong of [undefined, null, 7, 'x', { sort: 'x', group: 1 }]) {
      assert.deepEqual(readArrangement(wrong), defaultArrangement);
    }
  });

  it('is described only if not default', () => {
    assert.equal(describeArrangement(defaultArrangement, t), undefined);
    assert.equal(describeArrangement({ sort: 'duration', group: 'type' }, t), 'by type · longest first');
    assert.equal(describeArrangement({ sort: 'newest', group: 'none' }, t), 'not grouped');
  });
});
