import assert from 'node:assert/strict';
import { commandIds } from '../../../../extension/base/ids.ts';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { JobsModel } from '../../../../extension/daemon/jobsModel.ts';
import { type ActionRules, actionsFor } from '../../../../extension/notifications/actions.ts';
import { FinishedJobs } from '../../../../extension/notifications/finishedJobs.ts';
import {
  jobsToNotify,
  type NotificationRules,
  notificationOf,
  notificationText,
} from '../../../../extension/notifications/notification.ts';
import type { Job } from '../../../../shared/job.ts';
import { ago, makeJob } from '../builders.ts';
import { makeConnection } from '../engines/builders.ts';

describe('the finished jobs of a window', () => {
  it('are jobs that were active before, each once', () => {
    const model = new JobsModel();
    const [runs, waits] = [makeJob(), makeJob({ status: 'waiting' })];
    const old = makeJob({ status: 'failed' });
    model.replace([runs, waits]);
    const endings = new FinishedJobs(model);
    const seen: string[][] = [];
    endings.onDidFinish((jobs) => seen.push(jobs.map(({ id }) => id)));
    const over = (job: Job) => ({ ...job, status: 'failed' as const, endedAt: ago(0), rev: job.rev + 100 });

    model.replace([over(runs), waits, old]);
    model.replace([over(runs), waits, old]);
    assert.deepEqual(seen, [[runs.id]]);
    model.replace([over(runs), old]);
    model.replace([over(runs), over(waits), old]);
    assert.deepEqual(seen, [[runs.id]], 'it left the model while it was active');
    endings.dispose();
  });

  it('include new jobs that finished immediately, but no history', () => {
    const model = new JobsModel();
    const endings = new FinishedJobs(model);
    const seen: string[] = [];
    endings.onDidFinish((jobs) => seen.push(...jobs.map(({ id }) => id)));
    const known = makeJob({ status: 'failed', createdAt: ago(5) });
    const older = makeJob({ status: 'failed', createdAt: ago(9) });
    const quick = makeJob({ status: 'failed', createdAt: ago(1) });
    model.replace([known]);
    model.replace([known, older]);
    assert.deepEqual(seen, []);
    model.replace([known, older, quick]);
    assert.deepEqual(seen, [quick.id]);
    endings.dispose();
  });
});

describe('the notifications', () => {
  const rules = (given: Partial<NotificationRules> = {}): NotificationRules => ({
    level: 'failures',
    byType: {},
    folders: ['/home/me/project'],
    isInView: () => false,
    definedLevel: () => null,
    hasGroup: () => false,
    ...given,
  });
  const failed = makeJob({ status: 'failed', exitCode: 3 });
  const completed = makeJob({ status: 'completed' });
  const told = (jobs: Job[], given: Partial<NotificationRules> = {}) =>
    notificationOf(jobsToNotify(jobs, rules(given)))?.jobs.map(({ id }) => id) ?? [];

  it('are about failures, unless set to all or never', () => {
    assert.deepEqual(told([failed, completed]), [failed.id]);
    assert.deepEqual(told([completed, failed], { level: 'all' }), [failed.id, completed.id]);
    assert.deepEqual(told([failed, completed], { level: 'never' }), []);
  });

  it('can be set per job type', () => {
    const deploy = makeJob({ status: 'completed', type: 'deploy' });
    const lint = makeJob({ status: 'failed', type: 'lint' });
    const byType = { deploy: 'all', lint: 'never' } as const;
    assert.deepEqual(told([deploy, lint, failed], { byType }), [failed.id, deploy.id]);
    assert.deepEqual(told([makeJob({ status: 'failed', type: 'constructor' })], { byType }).length, 1);
  });

  it('follow the definition of a job, unless the user set a level for its type', () => {
    const definedLevel = ({ type }: Job) => (type === 'deploy' ? ('all' as const) : type === 'lint' ? 'never' : null);
    const deploy = makeJob({ status: 'completed', type: 'deploy' });
    const lint = makeJob({ status: 'failed', type: 'lint' });
    assert.deepEqual(told([deploy, lint, failed, completed], { definedLevel }), [failed.id, deploy.id]);
    assert.deepEqual(told([deploy], { definedLevel, level: 'never' }), [deploy.id]);
    assert.deepEqual(told([deploy, lint], { definedLevel, byType: { deploy: 'failures', lint: 'all' } }), [lint.id]);
  });

  it('leave out jobs that were cancelled, are in view, or belong to a group', () => {
    assert.deepEqual(told([makeJob({ status: 'cancelled' })], { level: 'all' }), []);
    assert.deepEqual(told([failed], { isInView: () => true }), []);
    assert.deepEqual(told([failed], { hasGroup: () => true }), []);
  });

  it('leave out unknown outcomes after a terminal or a window was closed', () => {
    for (const code of ['ENDING_NOT_SEEN', 'WINDOW_CLOSED']) {
      const error = { code, message: 'Its ending was not seen.', hint: null, details: null };
      assert.deepEqual(told([makeJob({ status: 'failed', error })], { level: 'all' }), [], code);
    }
  });

  it('are about jobs in the folders of the window', () => {
    const elsewhere = makeJob({ status: 'failed', workspace: '/home/me/project-two' });
    const below = makeJob({ status: 'failed', workspace: '/home/me/project/api' });
    const nowhere = makeJob({ status: 'failed', workspace: null });
    assert.deepEqual(told([elsewhere, below, nowhere]), [below.id]);
    assert.deepEqual(told([elsewhere, below, nowhere], { folders: [] }), [nowhere.id]);
  });

  it('name the reason for one job, and the jobs for several', () => {
    const sentence = (jobs: Job[], ended: boolean) => notificationText({ failed: ended, jobs }, t);
    assert.equal(sentence([failed], true), '“npm run build” failed: exit code 3.');
    const error = { code: 'DISK_FULL', message: 'The disk is full.', hint: 'Make room.', details: null };
    assert.equal(sentence([{ ...failed, error }], true), '“npm run build” failed: The disk is full. Make room.');
    assert.equal(sentence([completed], false), '“npm run build” completed in 9 min.');
    const headline = { text: '1 failed, 1 passed: test_discount', place: null };
    const exit = {
      code: 'EXIT_CODE',
      message: 'Exited with 1.',
      hint: 'The output says why.',
      details: null,
      headline,
    };
    assert.equal(
      sentence([{ ...failed, error: exit }], true),
      '1 failed, 1 passed: test_discount · “npm run build” failed',
    );
    const four = ['a', 'b', 'c', 'd'].map((title) => makeJob({ title, status: 'failed' }));
    assert.equal(sentence(four, true), '4 jobs failed: “a”, “b”, “c”, …');
    assert.equal(sentence([...four, completed], true), '4 of 5 jobs failed: “a”, “b”, “c”, …');
  });
});

describe('the actions of a notification', () => {
  const rules = { mayStart: true, connectionOf: () => null };
  const titles = (jobs: Job[], over: Partial<ActionRules> = {}) =>
    actionsFor({ failed: true, jobs }, { ...rules, ...over }, t).map(({ title }) => title);
  const failed = makeJob({ status: 'failed' });
  const remote = makeJob({ status: 'failed', engine: 'celery', connection: 'prod' });

  it('open the log or the details, and retry', () => {
    assert.deepEqual(titles([failed]), ['Open Log in Tab', 'Retry', 'Don’t Show Again']);
    assert.deepEqual(titles([remote]), ['Show Details', 'Retry', 'Don’t Show Again']);
    assert.deepEqual(titles([failed, remote]), ['Retry All', 'Show Jobs', 'Don’t Show Again']);
  });

  it('open the place of the failure first', () => {
    const actions = actionsFor({ failed: true, jobs: [failed] }, rules, t, 'test_shop.py:9');
    assert.deepEqual(actions[0], { title: 'Open test_shop.py:9', command: commandIds.openProblem });
    const [long] = actionsFor({ failed: true, jobs: [failed] }, rules, t, `${'packages/'.repeat(5)}test_shop.py:9`);
    assert.equal(long?.title, 'Open test_shop.py:9');
  });

  it('offer a retry only if all jobs can be retried', () => {
    assert.ok(!titles([failed], { mayStart: false }).includes('Retry'), 'in a workspace that is not trusted');
    const connectionOf = ({ connection }: Job) => (connection === null ? null : makeConnection({ readOnly: true }));
    assert.deepEqual(titles([failed, remote], { connectionOf }), ['Show Jobs', 'Don’t Show Again']);
    assert.ok(titles([failed], { connectionOf }).includes('Retry'));
    assert.ok(!titles([failed, makeJob({ status: 'completed' })]).includes('Retry All'), 'with a completed job');
  });
});
