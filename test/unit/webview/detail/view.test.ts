import assert from 'node:assert/strict';
import { ChildRows, childRow } from '../../../../shared/childRow.ts';
import type { JobDetail, JobStatus } from '../../../../shared/job.ts';
import type { SnapshotMessage } from '../../../../shared/panel.ts';
import { statusLooks } from '../../../../shared/statusLooks.ts';
import type { Fact } from '../../../../webview/detail/view/facts.ts';
import { type DetailView, type JobView, viewOf } from '../../../../webview/detail/view/view.ts';
import { timesFor } from '../../../../webview/times.ts';
import { aFailedJob, aJob, anAttempt, anEvent, aSnapshot, at, start } from './builders.ts';

const showTime = timesFor({ locale: 'en-GB', timeZone: 'UTC' });

function pageOf(state: SnapshotMessage, seconds = 60): DetailView {
  return viewOf(state, start + seconds * 1000, showTime);
}

function viewJob(job: JobDetail, over: Partial<SnapshotMessage> = {}, seconds = 60): JobView {
  const view = pageOf(aSnapshot(job, over), seconds).job;
  assert.ok(view !== null);
  return view;
}

function shownFor(facts: Fact[], label: string): string | undefined {
  const value = facts.find((fact) => fact.label === label)?.value;
  return typeof value === 'object' ? value.text : value;
}

describe('the log on a job’s page', () => {
  it('may get more output only while its attempt runs', () => {
    assert.equal(viewJob(aJob()).log?.follows, true);
    assert.equal(viewJob(aFailedJob()).log?.follows, false);
    const again = aJob({ attempt: 2, attempts: [...aFailedJob().attempts, anAttempt({ number: 2 })] });
    assert.equal(viewJob(again, { attempt: 1 }).log?.follows, false);
    assert.equal(viewJob(again).log?.follows, true);
  });
});

describe('the header of a job’s page', () => {
  it('has title, status and live duration', () => {
    const { title, status, notes, announcement } = viewJob(aJob(), {}, 61.7).header;
    assert.equal(title, 'npm run build');
    assert.deepEqual(status, { ...statusLooks.running, word: 'Running' });
    assert.deepEqual(notes, ['1 min', 'build']);
    assert.equal(announcement, 'npm run build: Running');
  });

  it('has the priority while it matters, unless it is the normal one', () => {
    const priority = { allowed: true, reason: null };
    const waiting = (over: Partial<JobDetail>) => {
      const job = aJob({ status: 'waiting', attempt: 0, attempts: [], startedAt: null, ...over });
      return viewJob({ ...job, capabilities: { ...job.capabilities, priority } }).header.notes;
    };
    assert.deepEqual(waiting({ priority: 'high' }), ['build', 'Priority: High']);
    assert.deepEqual(waiting({}), ['build']);
    assert.deepEqual(viewJob(aJob({ priority: 'high' })).header.notes.slice(1), ['build']);
  });

  it('has the exit code of a failure, or the signal', () => {
    assert.deepEqual(viewJob(aFailedJob()).header.notes, ['30 s', 'Exit code 3', 'build']);
    const signalled = aFailedJob({ exitCode: 137, signal: 'SIGKILL' });
    assert.deepEqual(viewJob(signalled).header.notes, ['30 s', 'Signal SIGKILL', 'build']);
  });

  it('says that a cancelled job was killed, and after what time if it had one', () => {
    const cancelled = { status: 'cancelled', exitCode: 137, signal: 'SIGKILL', error: null } as const;
    const job = (killedAfterMs: number | null) =>
      aFailedJob({ ...cancelled, attempts: [anAttempt({ ...cancelled, killedAfterMs, endedAt: at(31) })] });
    assert.deepEqual(viewJob(job(null)).header.notes, ['30 s', 'Killed', 'build']);
    assert.deepEqual(viewJob(job(10_000)).header.notes, ['30 s', 'Killed after 10 s', 'build']);
  });

  it('has type and queue only if they say something', () => {
    const notes = (over: Partial<JobDetail>) => viewJob(aJob(over)).header.notes.slice(1);
    assert.deepEqual(notes({ type: 'shell' }), []);
    assert.deepEqual(notes({ type: 'npm', title: 'NPM run build' }), [], 'the command begins with it');
    assert.deepEqual(notes({ type: 'shell', queue: 'gpu' }), ['Queue gpu']);
  });

  it('has the command with its title if that is not the command', () => {
    const { command, hasCommand } = viewJob(aJob()).header;
    assert.deepEqual([command, hasCommand], [null, true]);
    assert.equal(viewJob(aJob({ title: 'Build' })).header.command, 'npm run build');
    assert.equal(viewJob(aJob({ commandLine: null, attempts: [] })).header.hasCommand, false);
  });

  it('has the remaining time, in a text that rarely changes', () => {
    const usual = { usualMs: 600_000, progress: null };
    assert.deepEqual(viewJob(aJob(usual)).header.notes.slice(2), ['usually 10 min']);
    const late = viewJob(aJob({ ...usual, usualMs: 1_000 })).header.notes;
    assert.deepEqual(late.slice(2), ['longer than usual (1 s)']);
  });

  it('announces the reason why a job waits', () => {
    const job = aJob({ status: 'waiting', waitReason: 'queueFull', attempt: 0, attempts: [], startedAt: null });
    assert.equal(viewJob(job).header.status.word, 'Waiting');
    assert.equal(viewJob(job).header.announcement, 'npm run build: Waiting: queue full');
  });

  it('shows a requested cancel', () => {
    assert.equal(viewJob(aJob({ cancelRequestedAt: at(5) })).header.status.word, 'Cancelling');
  });

  it('has a different icon for each status', () => {
    const statuses: JobStatus[] = ['pending', 'waiting', 'running', 'completed', 'failed', 'cancelled', 'lost'];
    const icons = statuses.map((status) => viewJob(aJob({ status })).header.status.icon);
    assert.equal(new Set(icons).size, statuses.length);
  });
});

describe('attempts', () => {
  const job = aFailedJob({
    attempt: 2,
    attempts: [
      anAttempt({ status: 'cancelled', signal: 'SIGTERM', endedAt: at(11) }),
      anAttempt({ number: 2, status: 'failed', exitCode: 3, startedAt: at(20), endedAt: at(31) }),
    ],
  });

  it('are listed latest first, with the shown one selected', () => {
    const views = viewJob(job).attempts;
    assert.deepEqual(
      views.map(({ number, selected, latest }) => ({ number, selected, latest })),
      [
        { number: 2, selected: true, latest: true },
        { number: 1, selected: false, latest: false },
      ],
    );
    const facts = views.map(({ ending, duration, started }) => [ending, duration, started.text]);
    assert.deepEqual(facts, [
      ['Exit code 3', '11 s', '09:00:20'],
      ['Signal SIGTERM', '10 s', '09:00:01'],
    ]);
  });

  it('show a note if an older one is selected', () => {
    assert.equal(viewJob(job).older, null);
    const view = viewJob(job, { attempt: 1 });
    assert.deepEqual(view.older, { attempt: 1, latest: 2 });
    assert.deepEqual(view.log, { heading: 'Log of Attempt 1', attempt: 1, failure: null, follows: false });
  });

  it('are shown throughout: status, ending, command, times and log', () => {
    const first = { commandLine: 'npm run biuld', exitCode: 1, endedAt: at(5), status: 'failed' } as const;
    const again = aJob({ attempt: 2, startedAt: at(20), attempts: [anAttempt(first), anAttempt({ number: 2 })] });
    const { header, times, log } = viewJob(again, { attempt: 1 });
    assert.equal(header.status.word, 'Failed');
    assert.deepEqual(header.notes.slice(0, 2), ['4 s', 'Exit code 1']);
    assert.equal(header.command, 'npm run biuld');
    assert.deepEqual([shownFor(times, 'Started'), shownFor(times, 'Ended')], ['09:00:01', '09:00:05']);
    assert.equal(log?.attempt, 1);
    assert.equal(viewJob(again).header.status.word, 'Running');
  });

  it('are “Starting” until the process exists, and “Cancelling” after a cancel request', () => {
    assert.equal(viewJob(aJob({ attempts: [anAttempt({ status: 'starting' })] })).attempts[0]?.word, 'Starting');
    assert.equal(viewJob(aJob({ cancelRequestedAt: at(5) })).attempts[0]?.word, 'Cancelling');
  });

  it('are “Paused” while the job is', () => {
    const job = aJob({
      pausedAt: at(5),
      attempt: 2,
      attempts: [anAttempt({ status: 'failed', endedAt: at(3) }), anAttempt({ number: 2 })],
    });
    assert.deepEqual(
      viewJob(job).attempts.map(({ word }) => word),
      ['Paused', 'Failed'],
    );
  });
});

describe('progress', () => {
  it('is not shown if the job reports none', () => {
    assert.equal(viewJob(aJob()).progress, null);
  });

  it('has share, text, phase and message, and there are its steps', () => {
    const job = aJob({
      progress: { current: 12, total: 48, message: 'Reading', phase: 'Extract' },
      steps: [
        {
          id: 's',
          label: 'Load',
          weight: 1,
          progress: 0.5,
          status: 'running',
          parentId: null,
          startedAt: null,
          endedAt: null,
        },
      ],
    });
    const { progress: view, steps } = viewJob(job);
    assert.equal(view?.share, 0.25);
    assert.equal(view?.text, '12/48');
    assert.equal(view?.phase, 'Extract');
    assert.equal(view?.message, 'Reading');
    assert.deepEqual(
      steps.map(({ item: { name, word, share } }) => ({ name, word, share })),
      [{ name: 'Load', word: 'Running', share: 0.5 }],
    );
  });

  it('has no share without a total, and is not active after the job has finished', () => {
    const progress = { current: 7, total: null, message: null, phase: null };
    assert.deepEqual(
      [viewJob(aJob({ progress })).progress?.share, viewJob(aJob({ progress })).progress?.active],
      [null, true],
    );
    assert.equal(viewJob(aJob({ progress })).progress?.text, '7');
    assert.equal(viewJob(aFailedJob({ progress })).progress?.active, false);
  });

  it('is not shown after success, nor if it would look like success', () => {
    const progress = { current: 48, total: 48, message: null, phase: null };
    assert.equal(viewJob(aFailedJob({ status: 'completed', error: null, progress })).progress, null);
    assert.equal(viewJob(aFailedJob({ progress })).progress, null);
    assert.equal(viewJob(aFailedJob({ progress: { ...progress, current: 12 } })).progress?.text, '12/48');
  });
});

describe('times and details', () => {
  it('count a running job’s duration in whole seconds', () => {
    const view = viewJob(aJob(), {}, 61.7);
    assert.equal(shownFor(view.times, 'Duration'), '1 min');
    assert.equal(view.ticking, true);
  });

  it('stop when the job finishes', () => {
    const view = viewJob(aFailedJob(), {}, 9_999);
    assert.equal(shownFor(view.times, 'Duration'), '30 s');
    assert.equal(shownFor(view.times, 'Ended'), '09:00:31');
    assert.equal(view.ticking, false);
  });

  it('stop while the daemon is disconnected', () => {
    const view = viewJob(aJob(), { link: { state: 'connecting', since: at(21), error: null } }, 9_999);
    assert.equal(shownFor(view.times, 'Duration'), '20 s');
    assert.equal(view.ticking, false);
    assert.equal(view.live, false);
  });

  it('omit unknown and redundant facts', () => {
    const labels = viewJob(aJob({ createdBy: null })).details.map(({ label }) => label);
    const defaults = ['Trigger', 'Queue', 'Priority', 'Engine'];
    for (const label of ['Created by', 'Tags', 'Workspace', 'Parent job', 'Schedule', ...defaults])
      assert.ok(!labels.includes(label), label);
  });

  it('include values other than the default ones', () => {
    const { details } = viewJob(aJob({ priority: 'high', queue: 'gpu', trigger: 'scheduled' }));
    const shown = ['Priority', 'Queue', 'Trigger'].map((label) => shownFor(details, label));
    assert.deepEqual(shown, ['High', 'gpu', 'Scheduled']);
  });

  it('include the tags', () => {
    assert.equal(shownFor(viewJob(aJob({ tags: ['nightly', 'gpu'] })).details, 'Tags'), 'nightly, gpu');
  });

  it('have buttons to copy, and to open the folder and the parent', () => {
    const actions = viewJob(aJob({ parentId: 'j0' })).details.flatMap(({ action }) => action ?? []);
    assert.deepEqual(
      actions.map(({ action, jobId }) => [action, jobId]),
      [
        ['copyCommand', null],
        ['openFolder', null],
        ['showJob', 'j0'],
        ['copyId', null],
      ],
    );
  });

  it('show the command of the selected attempt, and its process only while it exists', () => {
    const job = aJob({
      attempt: 2,
      attempts: [anAttempt({ commandLine: 'make', endedAt: at(9) }), anAttempt({ number: 2, pid: 77 })],
    });
    assert.equal(shownFor(viewJob(job).details, 'Process ID'), '77');
    assert.equal(shownFor(viewJob(job, { attempt: 1 }).details, 'Command'), 'make');
    assert.equal(shownFor(viewJob(job, { attempt: 1 }).details, 'Process ID'), undefined);
  });

  it('have only the raw data of the job', () => {
    const job = aJob({ input: { a: 1 }, result: 0 });
    assert.deepEqual(
      viewJob(job).raw.map(({ name }) => name),
      ['input', 'result'],
    );
  });
});

describe('the timeline', () => {
  it('is newest first, with level, time and context', () => {
    const job = aJob({
      events: [anEvent(), anEvent({ id: 2, at: at(3), level: 'error', message: 'bad', context: { code: 1 } })],
    });
    assert.deepEqual(
      viewJob(job).timeline.entries.map(({ id, level, message, context, at: time }) => [
        id,
        level,
        message,
        context,
        time.text,
      ]),
      [
        [2, 'Error', 'bad', { code: 1 }, '09:00:03'],
        [1, 'Info', 'hello', null, '09:00:02'],
      ],
    );
  });

  it('ignores an empty context', () => {
    assert.equal(viewJob(aJob({ events: [anEvent({ context: {} })] })).timeline.entries[0]?.context, null);
  });
});

describe('the banner', () => {
  it('is not shown while the page is up to date', () => {
    assert.deepEqual(pageOf(aSnapshot(aJob())).banners, []);
  });

  it('shows since when the daemon has been disconnected', () => {
    const link = { state: 'connecting', since: at(50), error: null } as const;
    const [banner] = pageOf(aSnapshot(aJob(), { link })).banners;
    assert.equal(banner?.text, 'Reconnecting to the daemon. Showing the job as of 09:00:50.');
  });

  it('offers to start a stopped daemon', () => {
    for (const state of ['offline', 'failed'] as const) {
      const [banner] = pageOf(aSnapshot(null, { link: { state, since: null, error: null } })).banners;
      assert.equal(banner?.action?.action, 'connect', state);
    }
  });

  it('has the reason and the hint if the daemon can’t be reached', () => {
    const error = { code: 'NODE_TOO_OLD', message: 'Node 18 is too old.', hint: 'Install Node 22.' };
    const [banner] = pageOf(aSnapshot(null, { link: { state: 'failed', since: null, error } })).banners;
    assert.deepEqual([banner?.text, banner?.hint], [error.message, error.hint]);
  });

  it('names the processes that run although the job has finished, and offers to stop them', () => {
    const leftovers = [1, 2, 3, 4, 5, 6].map((pid) => ({ pid, name: 'sleep' }));
    const job = aFailedJob({ leftoverCount: 6, attempts: [anAttempt({ status: 'failed', leftovers })] });
    const [banner] = pageOf(aSnapshot(job)).banners;
    assert.match(banner?.text ?? '', /^6 processes still running: sleep \(1\), .*sleep \(5\), …$/);
    assert.deepEqual([banner?.tone, banner?.action?.action], ['warning', 'forceFail']);
  });

  it('shows first that the job was removed', () => {
    const link = { state: 'connecting', since: at(50), error: null } as const;
    const texts = pageOf(aSnapshot(aJob(), { removed: true, link })).banners.map(({ text }) => text);
    assert.deepEqual(texts, ['This job was removed.']);
  });

  it('shows why the job could not be read', () => {
    const problem = { code: 'STORAGE_FAILED', message: 'The disk is broken.', hint: 'Mend it.' };
    const [banner] = pageOf(aSnapshot(null, { problem })).banners;
    assert.deepEqual([banner?.tone, banner?.hint], ['error', 'Mend it.']);
    assert.match(banner?.text ?? '', /The disk is broken\./);
  });
});

describe('the resources', () => {
  const labels = (view: JobView) => view.uses.map(({ label, value }) => [label, value]);

  it('are current values while the job is running, and the peak memory afterwards', () => {
    const resources = { cpuPercent: 149.6, memoryBytes: 12_000_000, peakMemoryBytes: 34_000_000, processes: 3 };
    assert.deepEqual(labels(viewJob(aJob({ resources }))), [
      ['CPU', '150% of one core'],
      ['Memory', '12 MB'],
      ['Peak memory', '34 MB'],
      ['Processes', '3'],
    ]);
    const ended = aFailedJob({ attempts: [anAttempt({ status: 'failed', peakMemoryBytes: 5_000_000 })] });
    assert.deepEqual(labels(viewJob(ended)), [['Peak memory', '5.0 MB']]);
    assert.deepEqual(labels(viewJob(aJob())), []);
  });

  it('show which processes of a finished attempt still run', () => {
    const attempt = anAttempt({ status: 'cancelled', leftovers: [{ pid: 7, name: 'sleep' }] });
    assert.deepEqual(labels(viewJob(aFailedJob({ leftoverCount: 1, attempts: [attempt] }))), [
      ['Still running', 'sleep (7)'],
    ]);
  });
});

describe('the jobs of a group', () => {
  const none = { pending: 0, waiting: 0, running: 0, completed: 0, failed: 0, cancelled: 0, lost: 0 };

  it('are listed with their status, and with how many there are', () => {
    const group = aJob({ engine: 'group', command: null, children: { ...none, running: 1, completed: 2 } });
    const children = new ChildRows();
    const rows = [aJob({ id: 'j2', title: 'two' }), aFailedJob({ id: 'j3', title: 'three' })].map(childRow);
    children.apply({ reset: true, rows, removed: [], complete: false });
    const view = viewOf(aSnapshot(group), start, showTime, { history: null, children, wholeTimeline: false }).job?.jobs;
    assert.deepEqual(
      view?.items.map(({ id, name, word }) => [id, name, word]),
      [
        ['j2', 'two', 'Running'],
        ['j3', 'three', 'Failed'],
      ],
    );
    assert.deepEqual([view?.total, view?.counts.completed], [3, 2]);
    assert.equal(viewJob(aJob()).jobs, null);
  });
});
