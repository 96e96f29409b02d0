import assert from 'node:assert/strict';
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
  it('says title, status, type and nothing more of a job that runs for the first time', () => {
    const { title, status, notes, announcement } = viewJob(aJob()).header;
    assert.equal(title, 'npm run build');
    assert.deepEqual(status, { ...statusLooks.running, word: 'Running' });
    assert.deepEqual(notes, ['build']);
    assert.equal(announcement, 'npm run build: Running');
  });

  it('says attempt and exit code of one that failed again', () => {
    assert.deepEqual(viewJob(aFailedJob({ attempt: 2 })).header.notes, ['build', 'Attempt 2', 'Exit code 3']);
  });

  it('says how long a job will still take, in a text that does not tick', () => {
    const usual = { usualMs: 600_000, progress: null };
    assert.deepEqual(viewJob(aJob(usual)).header.notes, ['build', 'usually 10 min']);
    const late = viewJob(aJob({ ...usual, usualMs: 1_000 })).header.notes;
    assert.deepEqual(late, ['build', 'longer than usual (5 s)']);
  });

  it('names the signal rather than the exit code made of it', () => {
    assert.deepEqual(viewJob(aFailedJob({ exitCode: 137, signal: 'SIGKILL' })).header.notes, [
      'build',
      'Signal SIGKILL',
    ]);
  });

  it('says what a waiting job waits for', () => {
    const job = aJob({ status: 'waiting', waitReason: 'queueFull', attempt: 0, attempts: [], startedAt: null });
    assert.equal(viewJob(job).header.status.word, 'Waiting: queue full');
  });

  it('shows a cancel on its way', () => {
    assert.equal(viewJob(aJob({ cancelRequestedAt: at(5) })).header.status.word, 'Cancelling');
  });

  it('has an icon of its own shape for every status', () => {
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

  it('say why they can’t be pressed', () => {
    assert.deepEqual(reasons(viewJob(aJob())), {
      cancel: null,
      pause: null,
      retry: 'It is still running.',
      retryEdited: 'It is still running.',
      openLog: null,
      remove: 'It is still running.',
    });
  });

  it('keep a job from starting, or from going on, and take that back', () => {
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

  it('start nothing from a workspace that is not trusted, but cancel and show', () => {
    const { retry, retryEdited, openLog, remove } = reasons(viewJob(aFailedJob(), { restricted: true }));
    assert.equal(retry, 'This workspace is not trusted: nothing is started from it.');
    assert.equal(retryEdited, retry);
    assert.equal(openLog, null);
    assert.equal(remove, null);
  });

  it('do nothing while the daemon is away, nor for a removed job', () => {
    const away = { state: 'connecting', since: at(50), error: null } as const;
    const offline = Object.values(reasons(viewJob(aFailedJob(), { link: away })));
    assert.deepEqual(new Set(offline), new Set(['There is no connection to the daemon.']));
    const gone = Object.values(reasons(viewJob(aFailedJob(), { removed: true })));
    assert.deepEqual(new Set(gone), new Set(['This job was removed.']));
  });

  it('open no log before the first attempt, and edit no command where there is none', () => {
    const { openLog } = reasons(viewJob(aJob({ attempt: 0, attempts: [] })));
    assert.equal(openLog, 'There is no log before the first attempt starts.');
    const { retryEdited } = reasons(viewJob(aFailedJob({ command: null })));
    assert.equal(retryEdited, 'This job has no command that could be edited.');
  });
});

describe('the error', () => {
  it('is there with hint and last output when the job failed', () => {
    assert.deepEqual(viewJob(aFailedJob()).error, {
      heading: 'Error',
      code: 'EXIT_CODE',
      message: 'It ended with exit code 3.',
      hint: 'Read its output.',
      details: 'boom',
    });
  });

  it('is that of the attempt looked at', () => {
    const first = { code: 'COMMAND_NOT_FOUND', message: 'No “mak”.', hint: null, details: null };
    const job = aFailedJob({
      attempt: 2,
      attempts: [anAttempt({ status: 'failed', error: first }), anAttempt({ number: 2, status: 'failed' })],
    });
    assert.equal(viewJob(job).error?.message, 'It ended with exit code 3.');
    assert.equal(viewJob(job).error?.heading, 'Error of Attempt 2');
    assert.equal(viewJob(job, { attempt: 1 }).error?.message, 'No “mak”.');
  });

  it('of an earlier attempt does not stand on a job that runs again', () => {
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

  it('are listed latest first, the shown one selected', () => {
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

  it('say so when an older one is looked at', () => {
    assert.equal(viewJob(job).older, null);
    const view = viewJob(job, { attempt: 1 });
    assert.deepEqual(view.older, { attempt: 1, latest: 2 });
    assert.deepEqual(view.log, { heading: 'Log of Attempt 1', attempt: 1 });
  });

  it('are Starting before the process is there, and Cancelling on the way out', () => {
    assert.equal(viewJob(aJob({ attempts: [anAttempt({ status: 'starting' })] })).attempts[0]?.word, 'Starting');
    assert.equal(viewJob(aJob({ cancelRequestedAt: at(5) })).attempts[0]?.word, 'Cancelling');
  });
});

describe('progress', () => {
  it('is not shown where there is none', () => {
    assert.equal(viewJob(aJob()).progress, null);
  });

  it('has share, text, phase, message and steps', () => {
    const job = aJob({
      progress: { current: 12, total: 48, message: 'Reading', phase: 'Extract' },
      steps: [
        {
          ...{ id: 's', label: 'Load', weight: 1, progress: 0.5, status: 'running' },
          ...{ parentId: null, startedAt: null, endedAt: null },
        },
      ],
    });
    const view = viewJob(job).progress;
    assert.equal(view?.share, 0.25);
    assert.equal(view?.text, '12/48');
    assert.equal(view?.phase, 'Extract');
    assert.equal(view?.message, 'Reading');
    assert.deepEqual(
      view?.steps.map(({ label, word, share }) => ({ label, word, share })),
      [{ label: 'Load', word: 'Running', share: 0.5 }],
    );
  });

  it('has no share without a known end, and stands still once the job has ended', () => {
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
    assert.equal(shownFor(view.times, 'Duration'), '1 min so far');
    assert.equal(view.ticking, true);
  });

  it('stand still once it has ended', () => {
    const view = viewJob(aFailedJob(), {}, 9_999);
    assert.equal(shownFor(view.times, 'Duration'), '30 s');
    assert.equal(shownFor(view.times, 'Ended'), '09:00:31');
    assert.equal(view.ticking, false);
  });

  it('stand still while the daemon is away', () => {
    const view = viewJob(aJob(), { link: { state: 'connecting', since: at(21), error: null } }, 9_999);
    assert.equal(shownFor(view.times, 'Duration'), '20 s so far');
    assert.equal(view.ticking, false);
    assert.equal(view.live, false);
  });

  it('leave out what is not known or says the same twice', () => {
    const labels = viewJob(aJob({ createdBy: null })).details.map(({ label }) => label);
    for (const label of ['Created by', 'Workspace', 'Parent job', 'Schedule'])
      assert.ok(!labels.includes(label), label);
  });

  it('offer what belongs to them: copies, the folder, the parent', () => {
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

  it('show the command of the attempt looked at, and its process only while it lives', () => {
    const job = aJob({
      attempt: 2,
      attempts: [anAttempt({ commandLine: 'make', endedAt: at(9) }), anAttempt({ number: 2, pid: 77 })],
    });
    assert.equal(shownFor(viewJob(job).details, 'Process ID'), '77');
    assert.equal(shownFor(viewJob(job, { attempt: 1 }).details, 'Command'), 'make');
    assert.equal(shownFor(viewJob(job, { attempt: 1 }).details, 'Process ID'), undefined);
  });

  it('say why a capability is missing', () => {
    assert.deepEqual(viewJob(aJob()).capabilities, [
      { label: 'Cancel', reason: null },
      { label: 'Pause', reason: null },
      { label: 'Retry', reason: 'It is still running.' },
      { label: 'Remove', reason: 'It is still running.' },
    ]);
  });

  it('unfold only raw data that is there', () => {
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

  it('has nothing to unfold in an empty context', () => {
    assert.equal(viewJob(aJob({ events: [anEvent({ context: {} })] })).timeline.entries[0]?.context, null);
  });
});

describe('the banner', () => {
  it('is not there while all is well', () => {
    assert.deepEqual(pageOf(aSnapshot(aJob())).banners, []);
  });

  it('says since when the page waits for the daemon', () => {
    const link = { state: 'connecting', since: at(50), error: null } as const;
    const [banner] = pageOf(aSnapshot(aJob(), { link })).banners;
    assert.equal(banner?.text, 'Reconnecting to the daemon. This is how the job was at 09:00:50.');
  });

  it('offers to start a daemon that is not there', () => {
    for (const state of ['offline', 'failed'] as const) {
      const [banner] = pageOf(aSnapshot(null, { link: { state, since: null, error: null } })).banners;
      assert.equal(banner?.action?.action, 'connect', state);
    }
  });

  it('gives the reason and the hint when the daemon can’t be had', () => {
    const error = { code: 'NODE_TOO_OLD', message: 'Node 18 is too old.', hint: 'Install Node 22.' };
    const [banner] = pageOf(aSnapshot(null, { link: { state: 'failed', since: null, error } })).banners;
    assert.deepEqual([banner?.text, banner?.hint], [error.message, error.hint]);
  });

  it('says that the job was removed, before anything else', () => {
    const link = { state: 'connecting', since: at(50), error: null } as const;
    const texts = pageOf(aSnapshot(aJob(), { removed: true, link })).banners.map(({ text }) => text);
    assert.deepEqual(texts, ['This job was removed.']);
  });

  it('says why the job could not be read', () => {
    const problem = { code: 'STORAGE_FAILED', message: 'The disk is broken.', hint: 'Mend it.' };
    const [banner] = pageOf(aSnapshot(null, { problem })).banners;
    assert.deepEqual([banner?.tone, banner?.hint], ['error', 'Mend it.']);
    assert.match(banner?.text ?? '', /The disk is broken\./);
  });
});

describe('the resources', () => {
  const labels = (view: JobView) => view.uses.map(({ label, value }) => [label, value]);

  it('are those of now while it runs, and the most memory afterwards', () => {
    const resources = { cpuPercent: 149.6, memoryBytes: 12_000_000, peakMemoryBytes: 34_000_000, processes: 3 };
    assert.deepEqual(labels(viewJob(aJob({ resources }))), [
      ['Processor', '150 % of one'],
      ['Memory', '12 MB'],
      ['Most memory', '34 MB'],
      ['Processes', '3'],
    ]);
    const ended = aFailedJob({ attempts: [anAttempt({ status: 'failed', peakMemoryBytes: 5_000_000 })] });
    assert.deepEqual(labels(viewJob(ended)), [['Most memory', '5.0 MB']]);
    assert.deepEqual(labels(viewJob(aJob())), []);
  });
});

describe('the jobs of a group', () => {
  const none = { pending: 0, waiting: 0, running: 0, completed: 0, failed: 0, cancelled: 0, lost: 0 };

  it('are named with their status, and how many more there are', () => {
    const group = aJob({ engine: 'group', command: null, children: { ...none, running: 1, completed: 2 } });
    const jobs = [aJob({ id: 'j2', title: 'two' }), aFailedJob({ id: 'j3', title: 'three' })];
    const view = viewJob(group, { jobs }).jobs;
    assert.deepEqual(
      view?.rows.map(({ id, title, word }) => [id, title, word]),
      [
        ['j2', 'two', 'Running'],
        ['j3', 'three', 'Failed'],
      ],
    );
    assert.equal(view?.note, 'The first 2 of 3');
    assert.equal(viewJob(aJob()).jobs, null);
    assert.equal(reasons(viewJob(group)).openLog, 'A group has no log: its jobs have.');
  });
});
