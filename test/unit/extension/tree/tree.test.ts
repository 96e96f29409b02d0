import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { noFilter } from '../../../../extension/tree/filter/filter.ts';
import { groupLabel } from '../../../../extension/tree/groupLabel.ts';
import { groupJobs, jobsIn, redrawFor } from '../../../../extension/tree/groups.ts';
import { viewMessage } from '../../../../extension/tree/message.ts';
import { ago, makeJob, makeState, now } from '../builders.ts';

describe('the jobs of a group', () => {
  const group = makeJob({ engine: 'group', type: 'group', attempt: 0 });
  const of = (given: Parameters<typeof makeJob>[0]) => makeJob({ parentId: group.id, ...given });
  const waits = of({ status: 'waiting', queuedAt: ago(9) });
  const waitsLonger = of({ status: 'waiting', queuedAt: ago(10) });
  const runs = of({});
  const failed = of({ status: 'failed', endedAt: ago(2) });
  const done = of({ status: 'completed', endedAt: ago(1) });
  const all = [failed, waits, group, done, runs, waitsLonger];

  it('are below its row: running, waiting, then finished jobs', () => {
    const grouping = groupJobs(all);
    assert.deepEqual([...grouping.groups], [['running', [group.id]]]);
    const below = [runs.id, waitsLonger.id, waits.id, done.id, failed.id];
    assert.deepEqual([...grouping.children], [[group.id, below]]);
  });

  it('are at the top level if the group is not shown', () => {
    const { groups, children } = groupJobs([runs, failed]);
    assert.equal(children.size, 0);
    assert.deepEqual(
      [...groups],
      [
        ['running', [runs.id]],
        ['failed', [failed.id]],
      ],
    );
  });

  it('are redrawn with its row when one moves, and alone when one changes', () => {
    const before = groupJobs(all);
    const moved = groupJobs(all.map((job) => (job === runs ? { ...runs, status: 'failed', endedAt: ago(0) } : job)));
    assert.deepEqual(redrawFor(before, moved, [runs.id, group.id]), {
      everything: false,
      groups: [],
      parents: [group.id],
      jobs: [],
    });
    assert.deepEqual(redrawFor(before, before, [runs.id]).jobs, [runs.id]);
  });

  it('are counted without the group itself', () => {
    const children = { pending: 0, waiting: 0, running: 1, completed: 0, failed: 0, cancelled: 0, lost: 0 };
    assert.deepEqual(jobsIn('running', [runs, makeJob({ engine: 'group', children })]), [runs]);
  });
});

describe('the groups of the tree', () => {
  const running = makeJob({ queuedAt: ago(5) });
  const newer = makeJob({ status: 'pending', queuedAt: ago(1) });
  const failed = makeJob({ status: 'failed' });
  const done = makeJob({ status: 'completed', endedAt: ago(3) });
  const cancelled = makeJob({ status: 'cancelled', endedAt: ago(2) });
  const grouping = groupJobs([done, running, failed, cancelled, newer]);

  it('contain each job once, newest first, and are left out when empty', () => {
    assert.deepEqual(
      [...grouping.groups],
      [
        ['running', [newer.id, running.id]],
        ['failed', [failed.id]],
        ['recent', [cancelled.id, done.id]],
      ],
    );
    const facts = { count: 2, more: false, now };
    assert.equal(groupLabel('running', facts, t), 'Running (2)');
    assert.equal(groupLabel('recent', { ...facts, count: 500, more: true }, t), 'Recent (500+)');
  });

  it('are redrawn completely only when a group is added or removed', () => {
    const waiting = makeJob({ status: 'waiting' });
    assert.equal(redrawFor(grouping, groupJobs([waiting]), []).everything, true);
    assert.equal(redrawFor(grouping, grouping, [running.id]).everything, false);
  });

  it('redraw only the changed row', () => {
    assert.deepEqual(redrawFor(grouping, grouping, [running.id]), {
      everything: false,
      groups: [],
      parents: [],
      jobs: [running.id],
    });
  });

  it('are redrawn with their rows when a job moves between them', () => {
    const after = groupJobs([done, { ...running, status: 'failed', endedAt: ago(0) }, failed, cancelled, newer]);
    assert.deepEqual(redrawFor(grouping, after, [running.id, done.id]), {
      everything: false,
      groups: ['running', 'failed'],
      parents: [],
      jobs: [done.id],
    });
  });
});

describe('the message above the tree', () => {
  const facts = {
    state: makeState(),
    filter: noFilter,
    shown: 3,
    total: 20,
    hasOlder: false,
    hasMore: false,
    searching: false,
    problem: null,
    busy: null,
  };

  it('is empty while there is nothing to report', () => {
    assert.equal(viewMessage(facts, t), undefined);
  });

  it('is empty while the welcome text is shown', () => {
    assert.equal(viewMessage({ ...facts, state: makeState({ status: 'offline' }) }, t), undefined);
    assert.equal(viewMessage({ ...facts, state: makeState({ status: 'failed' }) }, t), undefined);
    const filter = { status: ['failed'] };
    assert.equal(viewMessage({ ...facts, filter, state: makeState({ status: 'failed' }) }, t), undefined);
  });

  it('shows that it is reconnecting', () => {
    assert.match(viewMessage({ ...facts, state: makeState({ status: 'reconnecting' }) }, t) ?? '', /^Reconnecting/);
  });

  it('describes the filter', () => {
    const message = viewMessage({ ...facts, filter: { status: ['failed'] } }, t);
    assert.equal(message, 'Filtered by Failed: 3 of 20 jobs.');
  });

  it('shows no total if the window does not have all jobs', () => {
    const filter = { status: ['failed'] };
    const older = { ...facts, filter, hasOlder: true };
    assert.equal(viewMessage(older, t), 'Filtered by Failed: 3 jobs.');
    assert.equal(viewMessage({ ...older, hasMore: true }, t), 'Filtered by Failed: 3 jobs, more to load.');
    assert.equal(viewMessage({ ...older, searching: true }, t), 'Filtered by Failed: searching older jobs…');
  });

  it('shows the progress of a command, and why older jobs are missing', () => {
    assert.equal(viewMessage({ ...facts, busy: 'Cancelling 2 of 9 jobs…' }, t), 'Cancelling 2 of 9 jobs…');
    const problem = { code: 'STORAGE_FAILED', message: 'The disk fails.', hint: null };
    assert.equal(viewMessage({ ...facts, problem }, t), 'The disk fails.');
  });

  it('shows the daemon’s warnings', () => {
    const warnings = [{ code: 'STORAGE_FULL', message: 'The disk is full.', hint: 'Make room.' }];
    assert.equal(viewMessage({ ...facts, state: makeState({ warnings }) }, t), 'The disk is full. Make room.');
  });

  it('leaves definitions to the Schedules view', () => {
    const warnings = ['DEFINITION_PENDING', 'INVALID_DEFINITION', 'FILE_WATCH_FAILED'].map((code) => {
      return { code, message: 'jobs.json has changed.', hint: 'Run a command.' };
    });
    assert.equal(viewMessage({ ...facts, state: makeState({ warnings }) }, t), undefined);
  });

  it('shows why updates are slow', () => {
    const state = makeState({ status: 'polling', error: { code: 'X', message: 'no socket', hint: null } });
    assert.match(viewMessage({ ...facts, state }, t) ?? '', /no socket.*every 5 seconds/);
  });
});
