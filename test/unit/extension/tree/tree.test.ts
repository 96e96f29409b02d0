import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../extension/text.ts';
import {
  filterOf,
  isFiltering,
  type JobFilter,
  matcher,
  noFilter,
  readFilter,
} from '../../../../extension/tree/filter.ts';
import { choices, countFacets, filterItems, together } from '../../../../extension/tree/filterItems.ts';
import { describeFilter } from '../../../../extension/tree/filterWords.ts';
import { groupLabel } from '../../../../extension/tree/groupLabel.ts';
import { groupJobs, jobsIn, redrawFor } from '../../../../extension/tree/groups.ts';
import { viewMessage } from '../../../../extension/tree/message.ts';
import { contextTokens, renderRow, statusIcons, treeLabel } from '../../../../extension/tree/row.ts';
import { renderTooltip, tooltipCommands } from '../../../../extension/tree/tooltip.ts';
import type { Job } from '../../../../shared/job.ts';
import { ago, makeJob, makeState, now } from '../builders.ts';

const row = (given: Parameters<typeof makeJob>[0]) => renderRow(makeJob(given), now, t);
const error = (code: string, message: string, hint: string | null = null) => ({ code, message, hint, details: null });

describe('a row of the tree', () => {
  for (const [what, given, description] of [
    ['a job that starts', { status: 'pending' }, 'starting…'],
    ['a job that waits', { status: 'waiting', waitReason: 'dependency' }, 'waits for another job'],
    ['a running job that says nothing', {}, 'started 10 min ago'],
    ['a running job with a past', { usualMs: 1_500_000 }, 'started 10 min ago · usually 25 min'],
    ['a running job that is late', { usualMs: 60_000 }, 'started 10 min ago · longer than usual (1 min)'],
    [
      'a running job with progress',
      { progress: { current: 12, total: 45, message: null, phase: 'Indexing' } },
      '12/45 · Indexing · about 30 min left',
    ],
    [
      'a running job that only says what it does',
      { progress: { current: 0, total: null, message: 'Reading', phase: null } },
      'Reading',
    ],
    ['a job on its way to be cancelled', { cancelRequestedAt: ago(1) }, 'cancelling…'],
    ['a completed job', { status: 'completed' }, '9 min · 1 min ago'],
    ['a job that failed by its exit code', { status: 'failed', exitCode: 3 }, 'exit code 3 · 1 min ago'],
    ['a job that a signal ended', { status: 'failed', exitCode: 137, signal: 'SIGKILL' }, 'SIGKILL · 1 min ago'],
    [
      'a job that could not run',
      { status: 'failed', error: error('COMMAND_NOT_FOUND', 'No program “x”.') },
      'No program “x”. · 1 min ago',
    ],
    ['a cancelled job', { status: 'cancelled' }, 'cancelled · 1 min ago'],
    ['a job on its third attempt', { attempt: 3 }, 'started 10 min ago · attempt 3'],
  ] as const) {
    it(`says of ${what}: ${description}`, () => {
      assert.equal(row(given).description, description);
    });
  }

  it('does not tick: a second later it is the same', () => {
    for (const status of ['running', 'pending', 'failed', 'completed'] as const) {
      const job = makeJob({ status });
      assert.deepEqual(renderRow(job, now + 1_000, t), renderRow(job, now, t));
    }
  });

  it('has a shape of its own for each status', () => {
    const shapes = Object.values(statusIcons).map(({ icon }) => icon);
    assert.equal(new Set(shapes).size, shapes.length);
  });

  it('is one line, whatever the title', () => {
    assert.equal(row({ title: ' two\nlines\u001b[31m ' }).label, 'two lines [31m');
    assert.equal(row({ id: 'x1', title: ' \n ' }).label, 'x1');
  });

  it('leaves room for how far a job is, and is heard with its whole title', () => {
    const title = 'for i in $(seq 100); do echo "row $i of 100"; sleep 0.3; done';
    const silent = makeJob({ title, status: 'running' });
    const telling = makeJob({
      title,
      status: 'running',
      progress: { current: 45, total: 100, message: null, phase: null },
    });
    assert.equal(treeLabel(silent, renderRow(silent, now, t)), title);
    assert.equal(treeLabel(telling, renderRow(telling, now, t)), 'for i in $(seq 100); do ech…');
    assert.ok(renderRow(telling, now, t).spoken.startsWith(title));
  });

  it('can be heard: title, status and how it goes', () => {
    assert.equal(row({ status: 'failed', exitCode: 3 }).spoken, 'npm run build, Failed, exit code 3 · 1 min ago');
  });

  it('offers what the daemon says applies', () => {
    assert.deepEqual(contextTokens(makeJob()), ['job', 'cancelable', 'pausable', 'active', 'hasCommand', 'hasLog']);
    assert.deepEqual(contextTokens(makeJob({ status: 'completed' })), [
      ...['job', 'rerunnable', 'editable', 'removable', 'hasCommand', 'hasLog'],
    ]);
    assert.ok(contextTokens(makeJob({ status: 'failed' })).includes('retryable'));
    assert.ok(contextTokens(makeJob({ pausedAt: ago(1) })).includes('resumable'));
    assert.ok(contextTokens(makeJob({ status: 'waiting', waitReason: 'delay' })).includes('holdable'));
    assert.ok(contextTokens(makeJob({ status: 'waiting', waitReason: 'hold' })).includes('releasable'));
    assert.ok(!contextTokens(makeJob({ cancelRequestedAt: ago(1) })).includes('cancelable'));
    assert.ok(!contextTokens(makeJob({ status: 'pending' })).includes('hasLog'));
  });
});

describe('the jobs of a group', () => {
  const group = makeJob({ engine: 'group', type: 'group', attempt: 0 });
  const of = (given: Parameters<typeof makeJob>[0]) => makeJob({ parentId: group.id, ...given });
  const waits = of({ status: 'waiting', queuedAt: ago(9) });
  const waitsLonger = of({ status: 'waiting', queuedAt: ago(10) });
  const runs = of({});
  const failed = of({ status: 'failed', endedAt: ago(2) });
  const done = of({ status: 'completed', endedAt: ago(1) });
  const all = [failed, waits, group, done, runs, waitsLonger];

  it('stand below its row: what runs, what comes next, what ended last', () => {
    const grouping = groupJobs(all);
    assert.deepEqual([...grouping.groups], [['running', [group.id]]]);
    const below = [runs.id, waitsLonger.id, waits.id, done.id, failed.id];
    assert.deepEqual([...grouping.children], [[group.id, below]]);
  });

  it('stand for themselves where the group is not shown', () => {
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

  it('are drawn with its row when one of them moves, and alone when one only changes', () => {
    const before = groupJobs(all);
    const moved = groupJobs(all.map((job) => (job === runs ? { ...runs, status: 'failed', endedAt: ago(0) } : job)));
    assert.deepEqual(redrawFor(before, moved, [runs.id, group.id]), {
      ...{ everything: false, groups: [], parents: [group.id], jobs: [] },
    });
    assert.deepEqual(redrawFor(before, before, [runs.id]).jobs, [runs.id]);
  });
});

describe('the row of a group of jobs', () => {
  const children = { pending: 0, waiting: 26, running: 2, completed: 10, failed: 1, cancelled: 1, lost: 0 };
  const progress = { current: 13, total: 80, message: '26 waiting, 2 running, 1 failed, 1 cancelled', phase: null };
  const group = { engine: 'group', children, progress, attempt: 0, commandLine: null } as const;

  it('says how many of them are done and how the others stand', () => {
    assert.equal(row(group).description, '12/40 · 26 waiting, 2 running, 1 failed, 1 cancelled');
    assert.equal(row({ ...group, cancelRequestedAt: ago(1) }).description, '12/40 · cancelling…');
    const done = { ...children, waiting: 0, running: 0, failed: 0, cancelled: 0 };
    const ended = { status: 'completed', startedAt: ago(2), endedAt: ago(1), children: done } as const;
    assert.match(row({ ...group, ...ended }).description, /^10\/10 · 1 min · /);
  });

  it('offers no log and no command', () => {
    assert.deepEqual(
      contextTokens(makeJob({ ...group })).filter((token) => /log|command/i.test(token)),
      [],
    );
  });

  it('is not counted beside its jobs', () => {
    assert.deepEqual(jobsIn('running', [makeJob(), makeJob({ ...group })]).length, 1);
  });
});

describe('the groups of the tree', () => {
  const running = makeJob({ queuedAt: ago(5) });
  const newer = makeJob({ status: 'pending', queuedAt: ago(1) });
  const failed = makeJob({ status: 'failed' });
  const done = makeJob({ status: 'completed', endedAt: ago(3) });
  const cancelled = makeJob({ status: 'cancelled', endedAt: ago(2) });
  const grouping = groupJobs([done, running, failed, cancelled, newer]);

  it('hold each job once, the newest first, and are left out when empty', () => {
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

  it('are drawn anew as a whole only when a group comes or goes', () => {
    const waiting = makeJob({ status: 'waiting' });
    assert.equal(redrawFor(grouping, groupJobs([waiting]), []).everything, true);
    assert.equal(redrawFor(grouping, grouping, [running.id]).everything, false);
  });

  it('leave every other row alone when one changes', () => {
    assert.deepEqual(redrawFor(grouping, grouping, [running.id]), {
      everything: false,
      groups: [],
      parents: [],
      jobs: [running.id],
    });
  });

  it('are drawn with their rows when a job moves between them', () => {
    const after = groupJobs([done, { ...running, status: 'failed', endedAt: ago(0) }, failed, cancelled, newer]);
    assert.deepEqual(redrawFor(grouping, after, [running.id, done.id]), {
      everything: false,
      groups: ['running', 'failed'],
      parents: [],
      jobs: [done.id],
    });
  });
});

describe('the filter', () => {
  const passes = (job: Job, filter: JobFilter) => matcher(filter, now)(job);

  it('is kept from one window to the next, without what is none of it', () => {
    const kept = JSON.parse(JSON.stringify(filterOf([{ facet: 'queue', value: 'gpu' }])));
    assert.deepEqual(readFilter(kept), { queue: ['gpu'] });
    for (const other of [undefined, null, 7, 'x', [], { queue: 7, status: [1], other: ['x'] }]) {
      assert.equal(isFiltering(readFilter(other)), false, JSON.stringify(other));
    }
  });

  const failed = makeJob({ status: 'failed', type: 'test' });
  const build = makeJob({ type: 'build' });

  it('lets everything pass while nothing is chosen', () => {
    assert.ok(passes(failed, noFilter));
    assert.equal(isFiltering(noFilter), false);
  });

  it('lets pass what has one of the values of each facet', () => {
    const filter = filterOf([
      { facet: 'status', value: 'failed' },
      { facet: 'type', value: 'test' },
      { facet: 'type', value: 'lint' },
    ]);
    assert.ok(passes(failed, filter));
    assert.ok(!passes(build, filter));
    assert.ok(!passes({ ...failed, type: 'build' }, filter));
    assert.equal(describeFilter(filter, t), 'Failed · test, lint');
  });

  it('offers what tells the jobs apart, and how many there are', () => {
    const offered = choices(countFacets([failed, build, build]), noFilter, t).map(({ facet, label, count }) => [
      facet,
      label,
      count,
    ]);
    assert.deepEqual(offered, [
      ['status', 'Running', 2],
      ['status', 'Failed', 1],
      ['type', 'build', 2],
      ['type', 'test', 1],
    ]);
  });

  it('still offers what is chosen when no job has it any more', () => {
    const offered = choices(countFacets([build]), { type: ['test'] }, t).map(({ value, count }) => [value, count]);
    assert.deepEqual(offered, [
      ['build', 1],
      ['test', 0],
    ]);
  });

  it('is the same again when everything that is chosen in the list stays', () => {
    const filter = { type: ['test', 'build'], status: ['failed'], text: 'disk', since: '7d', endedUntil: '2025-06-01' };
    const items = filterItems(countFacets([failed, build]), filter, t);
    const picked = items.filter((item) => item.picked).map(({ part }) => part);
    assert.deepEqual(together(picked), { ...filter, type: ['build', 'test'] });
    assert.deepEqual(
      items.filter(({ facet }) => facet === null).map(({ label }) => label),
      ['“disk”', 'created in the last 7d', 'ended until 2025-06-01'],
    );
    assert.deepEqual(together([]), noFilter);
  });

  it('draws no icons in its list of what jobs are called', () => {
    const odd = makeJob({ type: '$(trash) tidy' });
    const labels = filterItems(countFacets([odd, build]), noFilter, t).map(({ label }) => label);
    assert.deepEqual(labels, ['\\$(trash) tidy', 'build']);
  });
});

describe('the message above the tree', () => {
  const facts = {
    ...{ state: makeState(), filter: noFilter, shown: 3, total: 20 },
    ...{ hasOlder: false, hasMore: false, looking: false, problem: null, busy: null },
  };

  it('is none while all is well', () => {
    assert.equal(viewMessage(facts, t), undefined);
  });

  it('gives way to the welcome text while there is no daemon', () => {
    assert.equal(viewMessage({ ...facts, state: makeState({ status: 'offline' }) }, t), undefined);
    assert.equal(viewMessage({ ...facts, state: makeState({ status: 'failed' }) }, t), undefined);
  });

  it('says that the daemon is being looked for', () => {
    assert.match(viewMessage({ ...facts, state: makeState({ status: 'reconnecting' }) }, t) ?? '', /^Reconnecting/);
  });

  it('says what the filter hides', () => {
    const message = viewMessage({ ...facts, filter: { status: ['failed'] } }, t);
    assert.equal(message, 'Only Failed: 3 of 20 jobs.');
  });

  it('counts only what it knows when the window does not have all jobs', () => {
    const filter = { status: ['failed'] };
    const older = { ...facts, filter, hasOlder: true };
    assert.equal(viewMessage(older, t), 'Only Failed: 3 jobs.');
    assert.equal(viewMessage({ ...older, hasMore: true }, t), 'Only Failed: 3 jobs, and more to load.');
    assert.equal(viewMessage({ ...older, looking: true }, t), 'Only Failed: looking for older jobs…');
  });

  it('says what a command is doing, and why older jobs are missing', () => {
    assert.equal(viewMessage({ ...facts, busy: 'Cancelling 2 of 9 jobs…' }, t), 'Cancelling 2 of 9 jobs…');
    const problem = { code: 'STORAGE_FAILED', message: 'The disk fails.', hint: null };
    assert.equal(viewMessage({ ...facts, problem }, t), 'The disk fails.');
  });

  it('says what the daemon warns of', () => {
    const warnings = [{ code: 'STORAGE_FULL', message: 'The disk is full.', hint: 'Make room.' }];
    assert.equal(viewMessage({ ...facts, state: makeState({ warnings }) }, t), 'The disk is full. Make room.');
  });

  it('says why updates are slow', () => {
    const state = makeState({ status: 'polling', error: { code: 'X', message: 'no socket', hint: null } });
    assert.match(viewMessage({ ...facts, state }, t) ?? '', /no socket.*every 5 seconds/);
  });
});

describe('the tooltip of a job', () => {
  it('tells status, times, command and folder, and links to what applies', () => {
    const text = renderTooltip(makeJob({ status: 'failed', exitCode: 3, id: 'j1' }), now, true, t);
    assert.match(text, /Failed · exit code 3 · after 9 min/);
    assert.match(text, /```sh\nnpm run build\n```/);
    assert.match(text, /command:jobdeck\.retry\?%5B%22j1%22%5D/);
    assert.doesNotMatch(text, /command:jobdeck\.cancel/);
  });

  it('offers no start in an untrusted workspace', () => {
    assert.doesNotMatch(renderTooltip(makeJob({ status: 'failed' }), now, false, t), /jobdeck\.retry/);
  });

  it('offers no cancel to a job that is being cancelled', () => {
    const text = (cancelRequestedAt: string | null) =>
      renderTooltip(makeJob({ status: 'running', cancelRequestedAt }), now, true, t);
    assert.match(text(null), /jobdeck\.cancel/);
    assert.doesNotMatch(text(ago(1)), /jobdeck\.cancel/);
  });

  it('links only to commands it may run', () => {
    const texts = (['running', 'completed', 'failed'] as const).map((status) =>
      renderTooltip(makeJob({ status }), now, true, t),
    );
    for (const [, command] of texts.join('').matchAll(/\(command:([\w.]+)/g)) {
      assert.ok(tooltipCommands.includes(String(command)), command);
    }
  });

  it('takes nothing that jobs and users wrote for Markdown', () => {
    const hostile = '[x](command:workbench.action.quit) **b** <img src=x> `c` $(trash) # h';
    const text = renderTooltip(
      makeJob({
        status: 'failed',
        title: hostile,
        cwd: hostile,
        error: error('START_FAILED', hostile, hostile),
        progress: { current: 1, total: 2, message: hostile, phase: hostile },
        commandLine: `echo \`\`\`\n${hostile}`,
      }),
      now,
      true,
      t,
    );
    const outsideCode = text.replace(/^````sh\n[\s\S]*?\n````$/m, '');
    assert.doesNotMatch(outsideCode, /workbench\.action\.quit\)|<img|\$\(trash/);
    assert.doesNotMatch(outsideCode, /\[x\]/);
  });
});
