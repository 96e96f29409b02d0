import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { JobsModel } from '../../../../extension/daemon/jobsModel.ts';
import { Failures, failuresSince, type SeenStore } from '../../../../extension/statusBar/failures.ts';
import { renderStatus, statusCommands } from '../../../../extension/statusBar/render.ts';
import type { Job } from '../../../../shared/job.ts';
import { ago, makeJob, makeState, now } from '../builders.ts';

const facts = { state: makeState(), running: [], waiting: 0, failed: [] };
const draw = (given: Partial<Parameters<typeof renderStatus>[0]>) => renderStatus({ ...facts, ...given }, now, t);

describe('the status bar', () => {
  it('is one icon when idle', () => {
    assert.deepEqual(draw({}).text, '$(tasklist)');
    assert.equal(draw({}).spoken, 'Jobdeck: 0 jobs running.');
  });

  it('counts running jobs', () => {
    assert.equal(draw({ running: [makeJob(), makeJob()] }).text, '$(sync~spin) 2');
    assert.equal(draw({ running: [makeJob()] }).spoken, 'Jobdeck: 1 job running.');
  });

  it('counts paused jobs apart from running ones', () => {
    const paused = [makeJob({ pausedAt: ago(1) })];
    assert.equal(draw({ paused }).text, '$(debug-pause) 1');
    assert.equal(draw({ paused }).spoken, 'Jobdeck: 0 jobs running, 1 paused.');
    assert.equal(draw({ running: [makeJob()], paused }).text, '$(sync~spin) 1 $(debug-pause) 1');
    assert.match(draw({ paused }).tooltip, /paused/);
  });

  it('counts unseen failures', () => {
    const failed = [makeJob({ status: 'failed' })];
    assert.equal(draw({ failed }).text, '$(tasklist) $(error) 1');
    assert.equal(draw({ running: [makeJob()], failed }).text, '$(sync~spin) 1 $(error) 1');
    assert.match(draw({ failed }).spoken, /1 failed since you last looked/);
  });

  it('shows that the daemon is connecting, stopped or failed', () => {
    assert.equal(draw({ state: makeState({ status: 'reconnecting' }) }).text, '$(sync~spin) Reconnecting');
    assert.equal(draw({ state: makeState({ status: 'offline' }) }).text, '$(debug-disconnect)');
    const error = { code: 'PORT_UNUSABLE', message: 'Port 80 can’t be used.', hint: 'Choose another.' };
    const failed = draw({ state: makeState({ status: 'failed', error }) });
    assert.equal(failed.spoken, 'Jobdeck: Port 80 can’t be used.');
    assert.match(failed.tooltip, /Choose another/);
    assert.match(failed.tooltip, /command:jobdeck\.startDaemon/);
  });

  it('shows the warnings of the daemon in its tooltip', () => {
    const warnings = [{ code: 'DISK_LOW', message: 'The disk is running low.', hint: null }];
    assert.match(draw({ state: makeState({ warnings }) }).tooltip, /The disk is running low/);
  });

  it('names some running jobs in its tooltip and counts the rest', () => {
    const { tooltip } = draw({ running: Array.from({ length: 7 }, () => makeJob()) });
    assert.equal(tooltip.match(/jobdeck\.showDetails/g)?.length, 5);
    assert.match(tooltip, /and 2 more/);
  });

  it('links only to allowed commands', () => {
    const states = (['connected', 'offline', 'failed'] as const).map((status) => makeState({ status }));
    const texts = states.map((state) => draw({ state, running: [makeJob()], failed: [makeJob()] }).tooltip).join('');
    for (const [, command] of texts.matchAll(/\(command:([\w.]+)/g))
      assert.ok(statusCommands.includes(String(command)));
  });

  it('escapes titles', () => {
    const { tooltip, text } = draw({ running: [makeJob({ title: '](command:x) $(trash)' })] });
    assert.doesNotMatch(tooltip, /\(command:x\)|\$\(trash/);
    assert.equal(text, '$(sync~spin) 1');
  });
});

describe('unseen failures', () => {
  const failedAt = (minutes: number) => makeJob({ status: 'failed', endedAt: ago(minutes) });

  function watch(jobs: Job[], seen: string | undefined, looking = false) {
    const model = new JobsModel();
    const written: string[] = [];
    const store: SeenStore = { read: () => seen, write: (at) => written.push(at) };
    const eyes = { open: looking };
    const failures = new Failures(model, store, () => eyes.open, ago(5));
    model.replace(jobs);
    return { failures, model, written, eyes };
  }

  it('are those that ended after the user last looked', () => {
    const jobs = [
      failedAt(1),
      failedAt(3),
      makeJob({ status: 'lost', endedAt: ago(1) }),
      makeJob({ status: 'cancelled' }),
    ];
    assert.equal(failuresSince(jobs, ago(2)).length, 2);
  });

  it('are the jobs of a group but not the group itself', () => {
    const children = { pending: 0, waiting: 0, running: 0, completed: 0, failed: 1, cancelled: 0, lost: 0 };
    const group = { ...failedAt(1), id: 'group', engine: 'group', children };
    assert.equal(failuresSince([failedAt(1), group], ago(2)).length, 1);
  });

  it('don’t include the time before the first start', () => {
    assert.equal(watch([failedAt(10), failedAt(1)], undefined).failures.unseen().length, 1);
  });

  it('are shared by windows', () => {
    assert.equal(watch([failedAt(10), failedAt(1)], ago(20)).failures.unseen().length, 2);
  });

  it('are empty after the user looked', () => {
    const { failures, written } = watch([failedAt(3), failedAt(1)], ago(20));
    let told = 0;
    failures.onDidChange(() => {
      told += 1;
    });
    failures.markSeen();
    failures.markSeen();
    assert.deepEqual(failures.unseen(), []);
    assert.deepEqual(written, [ago(1)]);
    assert.equal(told, 1);
  });

  it('are seen immediately while the view is visible', () => {
    assert.deepEqual(watch([failedAt(1)], ago(20), true).failures.unseen(), []);
  });
});
