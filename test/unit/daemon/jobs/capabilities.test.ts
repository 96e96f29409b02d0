import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { NewJob } from '../../../../daemon/store/tx.ts';
import type { Capabilities } from '../../../../shared/job.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import { addJob, openTemporary, type Temporary } from '../store/temporary.ts';

describe('the capabilities of a job', () => {
  let bench: Temporary;
  let jobs = 0;
  beforeEach(() => {
    bench = openTemporary();
  });
  afterEach(() => bench.end());

  /** The capabilities of an active local job, with some changes. */
  async function capabilities(changes: Partial<NewJob>): Promise<Capabilities> {
    jobs += 1;
    const id = `job${jobs}`;
    await addJob(bench.store, { id, ...changes });
    const job = bench.store.job(id);
    assert.ok(job);
    return job.capabilities;
  }

  const allowedOf = ({ cancel, retry, remove }: Capabilities) => [cancel.allowed, retry.allowed, remove.allowed];
  const active = ['pending', 'waiting', 'running'] as const;
  const ended = ['completed', 'failed', 'cancelled', 'lost'] as const;

  it('include cancel until it has finished', async () => {
    for (const status of active) {
      const actions = await capabilities({ status });
      assert.deepEqual(allowedOf(actions), [true, false, false]);
      assert.equal(actions.retry.reason?.code, 'capability.active');
      assert.deepEqual(actions.retry.reason?.params, { status });
    }
  });

  it('exclude another cancel while it is being cancelled', async () => {
    const actions = await capabilities({ status: 'running', cancelRequestedAt: 5 });
    assert.deepEqual(allowedOf(actions), [false, false, false]);
    assert.equal(actions.cancel.reason?.code, 'capability.cancelling');
  });

  it('include cancel after it was only sent a signal', async () => {
    const signalled = { status: 'running', cancelRequestedAt: 5, cancelSignal: 'SIGINT' } as const;
    assert.deepEqual(allowedOf(await capabilities(signalled)), [true, false, false]);
    assert.equal((await capabilities({ ...signalled, cancelSignal: null })).cancel.allowed, false);
  });

  it('include retry and remove once it has finished, even after a cancel', async () => {
    for (const status of ended) {
      const cancelRequestedAt = status === 'cancelled' ? 5 : null;
      const actions = await capabilities({ status, endedAt: 6, cancelRequestedAt });
      assert.deepEqual(allowedOf(actions), [false, true, true]);
      assert.equal(actions.cancel.reason?.code, 'capability.finished');
      assert.deepEqual(actions.cancel.reason?.params, { status });
    }
  });

  const pausing = ({ pause, resume }: Capabilities) => [pause.allowed, resume.allowed];

  it('include pause while it runs, and resume while it is paused', async () => {
    assert.deepEqual(pausing(await capabilities({ status: 'running' })), [true, false]);
    assert.deepEqual(pausing(await capabilities({ status: 'running', pausedAt: 5 })), [false, true]);
  });

  it('exclude pause if it is not running, is being cancelled, or can’t be paused where it runs', async () => {
    for (const status of ['pending', 'waiting'] as const) {
      assert.deepEqual(pausing(await capabilities({ status })), [false, false]);
    }
    for (const status of ended) assert.deepEqual(pausing(await capabilities({ status, endedAt: 6 })), [false, false]);
    const cancelling = { status: 'running', pausedAt: 5, cancelRequestedAt: 6 } as const;
    assert.deepEqual(pausing(await capabilities(cancelling)), [false, false]);
    const reported = await capabilities({ status: 'running', engine: 'reported' });
    assert.deepEqual(pausing(reported), [false, false]);
    assert.equal(reported.pause.reason?.code, 'capability.noPause');
  });

  it('include retry for a group as soon as one of its jobs failed', async () => {
    const none = { pending: 0, waiting: 0, running: 1, completed: 0, failed: 0, cancelled: 0, lost: 0 };
    const group = { status: 'running', engine: 'group' } as const;
    assert.equal((await capabilities({ ...group, children: none })).retry.allowed, false);
    assert.equal((await capabilities({ ...group, children: { ...none, failed: 1 } })).retry.allowed, true);
  });

  it('are limited by the engine of a remote job', async () => {
    const remote = { status: 'running', engine: 'celery', connection: 'prod' } as const;
    assert.equal((await capabilities(remote)).cancel.allowed, true);
    const limited = await capabilities({ ...remote, remoteLimits: { cancel: plainMessage('Workers do not listen.') } });
    assert.equal(limited.cancel.reason?.message, 'Workers do not listen.');
    assert.deepEqual([limited.hold.allowed, limited.input.allowed, limited.pause.allowed], [false, false, false]);
  });
});
