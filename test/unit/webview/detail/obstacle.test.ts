import assert from 'node:assert/strict';
import type { Capabilities, JobDetail } from '../../../../shared/job.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { SnapshotMessage } from '../../../../shared/panel.ts';
import { obstacleOf } from '../../../../webview/detail/view/obstacle.ts';
import { aJob, aSnapshot, at, start } from './builders.ts';

function of(job: JobDetail, over: Partial<SnapshotMessage> = {}, seconds = 10) {
  const view = obstacleOf(aSnapshot(job, over), job, start + seconds * 1000);
  return view === null ? null : [view.text, view.actions.map(({ action }) => action), view.counts];
}

function waiting(over: Partial<JobDetail>): JobDetail {
  return aJob({ status: 'waiting', attempt: 0, attempts: [], startedAt: null, ...over });
}

const can = (over: Partial<Capabilities>): Capabilities => ({ ...aJob().capabilities, ...over });
const yes = { allowed: true, reason: null };
const no = { allowed: false, reason: plainMessage('It is being cancelled.') };

describe('what a job waits for', () => {
  it('is nothing while it runs', () => assert.equal(of(aJob()), null));

  it('is said with what ends the wait', () => {
    const held = waiting({ waitReason: 'hold', capabilities: can({ release: yes }) });
    assert.deepEqual(of(held), ['Waiting: on hold until released', ['release'], false]);
    assert.deepEqual(of(waiting({ waitReason: 'queuePaused', queue: 'gpu' }))?.slice(1), [['resumeQueue'], false]);
    const full = waiting({ waitReason: 'queueFull', queue: 'gpu' });
    assert.deepEqual(of(full), ['Waiting: queue “gpu” is full', ['resizeQueue'], false]);
  });

  it('can be ignored, unless it is another job', () => {
    const capabilities = can({ start: yes, priority: yes });
    const offers = (over: Partial<JobDetail>, state: Partial<SnapshotMessage> = {}) =>
      of(waiting({ capabilities, ...over }), state)?.[1];
    assert.deepEqual(offers({ waitReason: 'queueFull' }), ['startNow', 'raisePriority', 'resizeQueue']);
    assert.deepEqual(offers({ waitReason: 'queueFull', priority: 'urgent' }), ['startNow', 'resizeQueue']);
    assert.deepEqual(offers({ waitReason: 'queuePaused' }), ['resumeQueue', 'startNow']);
    assert.deepEqual(offers({ waitReason: 'rateLimit' }), ['startNow', 'raisePriority']);
    for (const waitReason of ['groupFull', 'delay', 'retryBackoff'] as const) {
      assert.deepEqual(offers({ waitReason }), ['startNow'], waitReason);
    }
    assert.deepEqual(offers({ waitReason: 'dependency', capabilities: can({ priority: yes }) }), []);
    assert.deepEqual(offers({ waitReason: 'queueFull' }, { restricted: true }), ['raisePriority', 'resizeQueue']);
  });

  it('before a retry is ended by retrying now', () => {
    const job = waiting({ waitReason: 'retryBackoff', capabilities: can({ start: yes }) });
    const [action] = obstacleOf(aSnapshot(job), job, start)?.actions ?? [];
    assert.deepEqual([action?.label, action?.primary], ['Retry Now', true]);
  });

  it('leads to the job that must finish first', () => {
    const dependencies = [
      { jobId: 'a', title: 'Build', always: false, met: true },
      { jobId: 'b', title: 'Test', always: false, met: false },
    ];
    const job = waiting({ waitReason: 'dependency', dependencies });
    const [action] = obstacleOf(aSnapshot(job), job, start)?.actions ?? [];
    assert.deepEqual([action?.action, action?.jobId], ['showJob', 'b']);
  });

  it('counts down to a known time', () => {
    const job = waiting({ waitReason: 'delay', waitUntil: at(40) });
    assert.deepEqual(of(job), ['Waiting: starts in 30 s', [], true]);
  });

  it('of a group may be in any queue', () => {
    const none = { pending: 0, waiting: 1, running: 0, completed: 0, failed: 0, cancelled: 0, lost: 0 };
    assert.deepEqual(of(waiting({ waitReason: 'queuePaused', children: none }))?.[1], []);
  });

  it('can’t be ended while the daemon is disconnected', () => {
    const link = { state: 'offline', since: at(9), error: null } as const;
    assert.deepEqual(of(waiting({ waitReason: 'queuePaused' }), { link })?.slice(1), [[], false]);
  });
});

describe('a cancel', () => {
  const job = aJob({ cancelRequestedAt: at(8), capabilities: can({ cancel: no }) });

  it('counts down to when the job is killed, and offers to do that now', () => {
    assert.deepEqual(of(job, { graceMs: 10_000 }), [
      'Sent SIGTERM and waiting for the job to stop. It will be killed in 8 s.',
      ['stopNow'],
      true,
    ]);
    assert.match(String(of({ ...job, stopSignal: 'SIGINT' }, { graceMs: 10_000 })?.[0]), /^Sent SIGINT/);
    assert.match(String(of(job, { graceMs: 10_000 }, 18)?.[0]), /^Killing the job/);
  });

  it('has no countdown if the time is not known', () => {
    assert.deepEqual(of(job), ['Waiting for the job to stop.', ['stopNow'], false]);
  });

  it('that only sends a signal waits for nothing', () => {
    assert.equal(of(aJob({ cancelRequestedAt: at(8) }), { graceMs: 10_000 }), null);
  });

  it('of a remote job is up to its engine', () => {
    assert.equal(of({ ...job, engine: 'inngest', connection: 'dev' }, { graceMs: 10_000 }), null);
  });
});
