import assert from 'node:assert/strict';
import { ChildRows, childRow } from '../../../../shared/childRow.ts';
import type { JobAction, JobDetail, JobStatus } from '../../../../shared/job.ts';
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

function reasons(view: JobView): Record<string, string | null> {
  return Object.fromEntries(view.header.actions.map(({ action, reason }) => [action, reason]));
}

describe('the header of a job’s page', () => {
  it('has only title, status and type for the first attempt of a running job', () => {
    const { title, status, notes, announcement } = viewJob(aJob()).header;
    assert.equal(title, 'npm run build');
    assert.deepEqual(status, { ...statusLooks.running, word: 'Running' });
    assert.deepEqual(notes, ['build']);
    assert.equal(announcement, 'npm run build: Running');
  });

  it('has attempt and exit code if a retry failed', () => {
    assert.deepEqual(viewJob(aFailedJob({ attempt: 2 })).header.notes, ['build', 'Attempt 2', 'Exit code 3']);
  });

  it('has the remaining time, in a text that rarely changes', () => {
    const usual = { usualMs: 600_000, progress: null };
    assert.deepEqual(viewJob(aJob(usual)).header.notes, ['build', 'usually 10 min']);
    const late = viewJob(aJob({ ...usual, usualMs: 1_000 })).header.notes;
    assert.deepEqual(late, ['build', 'longer than usual (5 s)']);
  });

  it('names the signal instead of its exit code', () => {
    assert.deepEqual(viewJob(aFailedJob({ exitCode: 137, signal: 'SIGKILL' })).header.notes, [
      'build',
      'Signal SIGKILL',
    ]);
  });

  it('names the reason why a job waits', () => {
    const job = aJob({ status: 'waiting', waitReason: 'queueFull', attempt: 0, attempts: [], startedAt: null });
    assert.equal(viewJob(job).header.status.word, 'Waiting: queue full');
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

describe('the buttons', () => {
  it('are always the same, in the same order', () => {
    const order = ['cancel', 'pause', 'retry', 'retryEdited', 'openLog', 'remove'];
    for (const job of [aJob(), aFailedJob(), aJob({ status: 'completed' })]) {
      assert.deepEqual(
        viewJob(job).header.actions.map(({ action }) => action),
        order,
      );
    }
  });

  it('give the reason if they are unavailable', () => {
    assert.deepEqual(reasons(viewJob(aJob())), {
      cancel: null,
      pause: null,
      retry: 'It is still running.',
      retryEdited: 'It is still running.',
      openLog: null,
      remove: 'It is still running.',
    });
  });

  it('hold and release a job, or pause and resume it', () => {
    const keeping = (job: JobDetail) => viewJob(job).header.actions[1]?.action;
    const { capabilities } = aJob();
    const may = (...actions: JobAction[]) => ({
      ...Object.fromEntries(Object.keys(capabilities).map((name) => [name, { allowed: false, reason: 'No.' }])),
      ...Object.fromEntries(actions.map((name) => [name, { allowed: true, reason: null }])),
    });
    const of = (status: JobStatus, ...actions: JobAction[]) =>
      keeping(aJob({ status, capabilities: may(...actions) as JobDetail['capabilities'] }));
    assert.equal(of('waiting', 'hold'), 'hold');
    assert.equal(of('waiting', 'release'), 'release');
    assert.equal(of('running', 'pause'), 'pause');
    assert.equal(of('running', 'resume'), 'resume');
    assert.equal(of('completed'), 'pause');
  });

  it('offer to run a completed job again', () => {
    const job = aFailedJob({ status: 'completed', error: null });
    const retry = viewJob(job).header.actions.find(({ action }) => action === 'retry');
    assert.equal(retry?.label, 'Run Again');
    assert.equal(retry?.primary, true);
  });

  it('start nothing in an untrusted workspace, but still cancel and show', () => {
    const { retry, retryEdited, openLog, remove } = reasons(viewJob(aFailedJob(), { restricted: true }));
    assert.equal(retry, 'This workspace is not trusted, so no jobs can be started from it.');
    assert.equal(retryEdited, retry);
    assert.equal(openLog, null);
    assert.equal(remove, null);
  });

  it('are unavailable while the daemon is disconnected, and for a removed job', () => {
    const away = { state: 'connecting', since: at(50), error: null } as const;
    const offline = Object.values(reasons(viewJob(aFailedJob(), { link: away })));
    assert.deepEqual(new Set(offline), new Set(['Not connected to the daemon.']));
    const gone = Object.values(reasons(viewJob(aFailedJob(), { removed: true })));
    assert.deepEqual(new Set(gone), new Set(['This job was removed.']));
  });

  it('need an attempt for the log, and a command for editing it', () => {
    const { openLog } = reasons(viewJob(aJob({ attempt: 0, attempts: [] })));
    assert.equal(openLog, 'No log until the first attempt starts.');
    const { retryEdited } = reasons(viewJob(aFailedJob({ command: null })));
    assert.equal(retryEdited, 'This job has no command to edit.');
  });
});

describe('the error', () => {
  it('has the hint and the last output of a failed job', () => {
    assert.deepEqual(viewJob(aFailedJob()).error, {
      heading: 'Error',
      code: 'EXIT_CODE',
      message: 'It ended with exit code 3.',
      hint: 'Read its output.',
      details: 'boom',
    });
  });

  it('belongs to the selected attempt', () => {
    const first = { code: 'COMMAND_NOT_FOUND', message: 'No “mak”.', hint: null, details: null };
    const job = aFailedJob({
      attempt: 2,
      attempts: [anAttempt({ status: 'failed', error: first }), anAttempt({ number: 2, status: 'failed' })],
    });
    assert.equal(viewJob(job).error?.message, 'It ended with exit code 3.');
    assert.equal(viewJob(job).error?.heading, 'Error of Attempt 2');
    assert.equal(viewJob(job, { attempt: 1 }).error?.message, 'No “mak”.');
  });

  it('of an earlier attempt is not shown while the job runs again', () => {
    const job = aJob({ attempt: 2, attempts: [...aFailedJob().attempts, anAttempt({ number: 2 })] });
    assert.equal(viewJob(job).error, null);
    assert.equal(viewJob(job, { attempt: 1 }).error?.code, 'EXIT_CODE');
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
    assert.deepEqual(views[0]?.notes, ['Exit code 3', '11 s', '09:00:20']);
    assert.deepEqual(views[1]?.notes, ['Signal SIGTERM', '10 s', '09:00:01']);
  });

  it('show a note if an older one is selected', () => {
    assert.equal(viewJob(job).older, null);
    const view = viewJob(job, { attempt: 1 });
    assert.deepEqual(view.older, { attempt: 1, latest: 2 });
    assert.deepEqual(view.log, { heading: 'Log of Attempt 1', attempt: 1 });
  });

  it('are “Starting” until the process exists, and “Cancelling” after a cancel request', () => {
    assert.equal(viewJob(aJob({ attempts: [anAttempt({ status: 'starting' })] })).attempts[0]?.word, 'Starting');
    assert.equal(viewJob(aJob({ cancelRequestedAt: at(5) })).attempts[0]?.word, 'Cancelling');
  });
});

describe('progress', () => {
  it('is not shown if the job reports none', () => {
    assert.equal(viewJob(aJob()).progress, null);
  });

  it('has share, text, phase, message and steps', () => {
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
    const view = viewJob(job).progress;
    assert.equal(view?.share, 0.25);
    assert.equal(view?.text, '12/48');
    assert.equal(view?.phase, 'Extract');
    assert.equal(view?.message, 'Reading');
    assert.deepEqual(
      view?.steps.map(({ item: { name, word, share } }) => ({ name, word, share })),
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
    for (const label of ['Created by', 'Tags', 'Workspace', 'Parent job', 'Schedule'])
      assert.ok(!labels.includes(label), label);
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

  it('show why an action is not possible', () => {
    assert.deepEqual(viewJob(aJob()).capabilities, [
      { label: 'Cancel', reason: null },
      { label: 'Pause', reason: null },
      { label: 'Retry', reason: 'It is still running.' },
      { label: 'Remove', reason: 'It is still running.' },
    ]);
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

  it('show that a finished attempt was killed, and what still runs', () => {
    const attempt = anAttempt({ status: 'cancelled', killedAfterMs: 10_000, leftovers: [{ pid: 7, name: 'sleep' }] });
    assert.deepEqual(labels(viewJob(aFailedJob({ leftoverCount: 1, attempts: [attempt] }))), [
      ['Killed', 'Did not end within 10 s'],
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
    assert.equal(reasons(viewJob(group)).openLog, 'A group has no log. Open the logs of its jobs.');
  });
});
