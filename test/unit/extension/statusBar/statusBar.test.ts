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
  it('is one quiet icon while nothing happens', () => {
    assert.deepEqual(draw({}).text, '$(tasklist)');
    assert.equal(draw({}).spoken, 'Jobdeck: 0 jobs running.');
  });

  it('counts what runs', () => {
    assert.equal(draw({ running: [makeJob(), makeJob()] }).text, '$(sync~spin) 2');
    assert.equal(draw({ running: [makeJob()] }).spoken, 'Jobdeck: 1 job running.');
  });

  it('counts what failed since anybody looked', () => {
    const failed = [makeJob({ status: 'failed' })];
    assert.equal(draw({ failed }).text, '$(tasklist) $(error) 1');
    assert.equal(draw({ running: [makeJob()], failed }).text, '$(sync~spin) 1 $(error) 1');
    assert.match(draw({ failed }).spoken, /1 failed since you last looked/);
  });

  it('says that the daemon is being looked for, is stopped, or can’t be had', () => {
    assert.equal(draw({ state: makeState({ status: 'reconnecting' }) }).text, '$(sync~spin) Reconnecting');
    assert.equal(draw({ state: makeState({ status: 'offline' }) }).text, '$(debug-disconnect)');
    const error = { code: 'PORT_UNUSABLE', message: 'Port 80 can’t be used.', hint: 'Choose another.' };
    const failed = draw({ state: makeState({ status: 'failed', error }) });
    assert.equal(failed.spoken, 'Jobdeck: Port 80 can’t be used.');
    assert.match(failed.tooltip, /Choose another/);
    assert.match(failed.tooltip, /command:jobdeck\.startDaemon/);
  });

  it('names a few running jobs in its tooltip and counts the rest', () => {
    const { tooltip } = draw({ running: Array.from({ length: 7 }, () => makeJob()) });
    assert.equal(tooltip.match(/jobdeck\.showDetails/g)?.length, 5);
    assert.match(tooltip, /and 2 more/);
  });

  it('links only to commands it may run', () => {
    const states = (['connected', 'offline', 'failed'] as const).map((status) => makeState({ status }));
    const texts = states.map((state) => draw({ state, running: [makeJob()], failed: [makeJob()] }).tooltip).join('');
    for (const [, command] of texts.matchAll(/\(command:([\w.]+)/g))
      assert.ok(statusCommands.includes(String(command)));
  });

  it('takes no title for Markdown or an icon', () => {
    const { tooltip, text } = draw({ running: [makeJob({ title: '](command:x) $(trash)' })] });
    assert.doesNotMatch(tooltip, /\(command:x\)|\$\(trash/);
    assert.equal(text, '$(sync~spin) 1');
  });
});

describe('failures that nobody looked at', () => {
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

  it('are those that ended after the last look', () => {
    const jobs = [
      failedAt(1),
      failedAt(3),
      makeJob({ status: 'lost', endedAt: ago(1) }),
      makeJob({ status: 'cancelled' }),
    ];
    assert.equal(failuresSince(jobs, ago(2)).length, 2);
  });

  it('are the jobs of a group and not the group as well', () => {
    const children = { pending: 0, waiting: 0, running: 0, completed: 0, failed: 1, cancelled: 0, lost: 0 };
    const group = { ...failedAt(1), id: 'group', engine: 'group', children };
    assert.equal(failuresSince([failedAt(1), group], ago(2)).length, 1);
  });

  it('are none of the time before Jobdeck was there to tell', () => {
    assert.equal(watch([failedAt(10), failedAt(1)], undefined).failures.unseen().length, 1);
  });

  it('are remembered from one window to the next', () => {
    assert.equal(watch([failedAt(10), failedAt(1)], ago(20)).failures.unseen().length, 2);
  });

  it('are none any more once somebody looked', () => {
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

  it('never come up while somebody is looking', () => {
    assert.deepEqual(watch([failedAt(1)], ago(20), true).failures.unseen(), []);
  });
});
