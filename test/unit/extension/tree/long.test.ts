import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { defaultArrangement } from '../../../../extension/tree/arrangement.ts';
import { groupLabel } from '../../../../extension/tree/groupLabel.ts';
import { countIn, type GroupingRules, groupJobs, jobsIn } from '../../../../extension/tree/groups.ts';
import { limitsOf } from '../../../../extension/tree/limits.ts';
import type { Job } from '../../../../shared/job.ts';
import { ago, makeJob, now } from '../builders.ts';

const failures = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => makeJob({ status: 'failed', endedAt: ago(first + index) }));
const rules = (limits: GroupingRules['limits'], more: GroupingRules['more'] = []) => ({
  arrangement: defaultArrangement,
  more,
  limits,
  now,
});
const finder = (jobs: readonly Job[]) => (id: string) => jobs.find((job) => job.id === id);

describe('a long group of the tree', () => {
  it('shows its first rows and a row for the rest, so that the next group is in reach', () => {
    const jobs = failures(300);
    const done = makeJob({ status: 'completed' });
    const grouping = groupJobs([...jobs, done], rules({ failed: 5 }, ['failed', 'recent']));
    assert.deepEqual(grouping.groups.get('failed'), [...jobs.slice(0, 5).map(({ id }) => id), 'fold:failed']);
    assert.equal(grouping.hidden.get('failed')?.length, 295);
    assert.deepEqual(grouping.groups.get('recent'), [done.id, 'more:recent']);
    assert.equal(countIn('failed', grouping, finder(jobs)), 300);
  });

  it('does not hide a single row', () => {
    const jobs = failures(6);
    assert.equal(groupJobs(jobs, rules({ failed: 5 })).groups.get('failed')?.length, 6);
  });

  it('shows failures that have not been looked at, as far as there is room, and always the latest', () => {
    const since = (minutes: number) => limitsOf(failures(40), ago(minutes), new Set()).failed;
    assert.deepEqual([since(0), since(8), since(60)], [5, 8, 10]);
  });

  it('is shown as a whole when it is unfolded', () => {
    assert.deepEqual(limitsOf(failures(40), ago(0), new Set(['failed'])), { waiting: 10 });
    assert.deepEqual(limitsOf([], ago(0), new Set(['failed', 'waiting'])), {});
  });
});

describe('the number of a group', () => {
  it('is the number of its jobs, like in the status bar, not of its rows', () => {
    const counts = { pending: 1, waiting: 7, running: 2, completed: 3, failed: 0, cancelled: 0, lost: 0 };
    const parent = makeJob({ engine: 'group', children: counts, attempt: 0 });
    const single = makeJob();
    const jobs = [parent, single];
    const grouping = groupJobs(jobs);
    assert.equal(countIn('running', grouping, finder(jobs)), 4);
  });

  it('has no plus if the number of older jobs is known', () => {
    assert.equal(groupLabel('failed', { count: 304, more: false, now }, t), 'Failed (304)');
    assert.equal(groupLabel('failed', { count: 1304, more: false, now }, t), 'Failed (1,304)');
  });
});

describe('a paused job', () => {
  const paused = makeJob({ pausedAt: ago(1) });

  it('is in a group of its own and not counted as running', () => {
    const running = makeJob();
    assert.deepEqual([...groupJobs([paused, running]).groups.keys()], ['running', 'paused']);
    assert.deepEqual(jobsIn('running', [paused, running]), [running]);
    assert.deepEqual(jobsIn('paused', [paused, running]), [paused]);
  });

  it('is running when it is being cancelled, which resumes it', () => {
    assert.deepEqual([...groupJobs([{ ...paused, cancelRequestedAt: ago(0) }]).groups.keys()], ['running']);
  });

  it('is not counted as running in the number of its parent’s group', () => {
    const counts = { pending: 0, waiting: 0, running: 2, completed: 0, failed: 0, cancelled: 0, lost: 0 };
    const parent = makeJob({ engine: 'group', children: counts, attempt: 0 });
    const jobs = [parent, makeJob({ parentId: parent.id }), makeJob({ parentId: parent.id, pausedAt: ago(1) })];
    assert.equal(countIn('running', groupJobs(jobs), finder(jobs)), 1);
  });
});
