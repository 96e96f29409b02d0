import assert from 'node:assert/strict';
import type { Capability, JobAction, JobDetail } from '../../../../shared/job.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { SnapshotMessage } from '../../../../shared/panel.ts';
import { type ActionView, actionsOf } from '../../../../webview/detail/view/actions.ts';
import { aFailedJob, aJob, aSnapshot, at } from './builders.ts';

const nothingElse = { place: null, ends: [] };

function of(job: JobDetail, over: Partial<SnapshotMessage> = {}, more: Parameters<typeof actionsOf>[2] = nothingElse) {
  const { shown, menu } = actionsOf(aSnapshot(job, over), job, more);
  return { shown: names(shown), menu: menu.map(names), primary: names(shown.filter(({ primary }) => primary)) };
}

const names = (views: readonly ActionView[]) => views.map(({ action }) => action);

/** A job that allows only these actions. */
function allowing(over: Partial<JobDetail>, ...actions: JobAction[]): JobDetail {
  const job = aJob(over);
  const no: Capability = { allowed: false, reason: plainMessage('No.') };
  const entries = Object.keys(job.capabilities).map((name) => [
    name,
    actions.some((one) => one === name) ? { allowed: true, reason: null } : no,
  ]);
  return { ...job, capabilities: Object.fromEntries(entries) };
}

describe('the actions of a job', () => {
  it('are only those that apply now', () => {
    assert.deepEqual(of(aJob()).shown, ['cancel']);
    assert.deepEqual(of(aFailedJob()).shown, ['retry']);
    assert.deepEqual(of(allowing({ pausedAt: at(5) }, 'resume', 'cancel')).shown, ['resume', 'cancel']);
  });

  it('have no destructive one as the primary one', () => {
    assert.deepEqual(of(aJob()).primary, []);
    assert.deepEqual(of(aFailedJob()).primary, ['retry']);
    assert.deepEqual(of(allowing({ pausedAt: at(5) }, 'resume', 'cancel', 'remove', 'forceFail')).primary, ['resume']);
  });

  it('of a group retry what failed, which is not the primary one while others run', () => {
    const children = { pending: 0, waiting: 0, running: 1, completed: 0, failed: 2, cancelled: 0, lost: 0 };
    const job = allowing({ children }, 'retry', 'cancel');
    const [, retry] = actionsOf(aSnapshot(job), job, nothingElse).shown;
    assert.deepEqual([retry?.label, retry?.primary], ['Retry Failed', false]);
    assert.deepEqual(of(allowing({ children, status: 'failed', endedAt: at(5) }, 'retry')).primary, ['retry']);
  });

  it('begin with the source of the failure, and with what ends a wait', () => {
    const place = of(aFailedJob(), {}, { place: 'tests/test_shop.py:9', ends: [] });
    assert.deepEqual([place.shown, place.primary], [['openPlace', 'retry'], ['openPlace']]);
    const release: ActionView = { action: 'release', label: 'Release', icon: 'x', primary: true, jobId: null };
    assert.deepEqual(of(allowing({}, 'release', 'cancel'), {}, { place: null, ends: [release] }).shown, [
      'release',
      'cancel',
    ]);
  });

  it('offer to run a completed job again', () => {
    const job = aFailedJob({ status: 'completed', error: null });
    const [again] = actionsOf(aSnapshot(job), job, nothingElse).shown;
    assert.deepEqual([again?.action, again?.label, again?.primary], ['retry', 'Run Again', true]);
  });

  it('have the rest in a menu, in groups, those that destroy something last', () => {
    assert.deepEqual(of(aJob()).menu, [['pause'], ['openLog', 'openFolder'], ['copyCommand', 'copyId'], ['forceFail']]);
    assert.deepEqual(of(aFailedJob({ parentId: 'j0' })).menu, [
      ['retryEdited'],
      ['openLog', 'openFolder', 'showJob'],
      ['copyCommand', 'copyId'],
      ['remove'],
    ]);
    assert.deepEqual(of(allowing({}, 'input')).menu[0], ['sendInput']);
    assert.deepEqual(of(allowing({ status: 'waiting' }, 'hold')).menu[0], ['hold']);
  });

  it('include the log and editing only of a job that has a log and a command', () => {
    assert.ok(
      !of(aJob({ attempt: 0, attempts: [] }))
        .menu.flat()
        .includes('openLog'),
    );
    assert.ok(
      !of(aFailedJob({ command: null }))
        .menu.flat()
        .includes('retryEdited'),
    );
  });

  it('start nothing in an untrusted workspace, but still cancel and remove', () => {
    assert.deepEqual(of(aFailedJob(), { restricted: true }).shown, []);
    assert.deepEqual(of(aFailedJob(), { restricted: true }).menu.at(-1), ['remove']);
    assert.deepEqual(of(aJob(), { restricted: true }).shown, ['cancel']);
  });

  it('are only those of this window while the daemon is disconnected, and for a removed job', () => {
    const link = { state: 'connecting', since: at(50), error: null } as const;
    for (const over of [{ link }, { removed: true }]) {
      const { shown, menu } = of(aFailedJob(), over);
      assert.deepEqual([shown, menu], [[], [['copyCommand', 'copyId']]]);
    }
  });
});
