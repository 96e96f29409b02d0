import assert from 'node:assert/strict';
import { JobdeckError } from '../../../../../shared/errors.ts';
import { plainMessage } from '../../../../../shared/messages/define.ts';
import { prod, RemoteBench } from './scripted.ts';

const down = new JobdeckError({ code: 'CONNECTION_FAILED', message: 'The broker does not answer.', hint: null });

describe('remote jobs', () => {
  let remote: RemoteBench;
  beforeEach(async () => {
    remote = await RemoteBench.open();
  });
  afterEach(() => remote.end());
  const submit = (task = 'tasks.add') => remote.bench.jobs.remote.submit(prod, { task, args: [2, 3] });

  it('are recorded before they are sent, and wait afterwards', async () => {
    let atSend = '';
    remote.engine.onSubmit = async () => {
      atSend = remote.job('sent-1').status;
    };
    const job = await submit();
    assert.equal(atSend, 'pending');
    assert.deepEqual([job.status, job.waitReason, job.trigger], ['waiting', 'remoteWorker', 'manual']);
    assert.deepEqual(job.input, { args: [2, 3], kwargs: {} });
  });

  it('are one job even if facts arrive before the response, also if the engine chooses the ID', async () => {
    remote.engine.choosesIds = false;
    remote.engine.onSubmit = () => remote.take({ externalId: 'chosen-1', status: 'running' });
    const { id } = await submit();
    assert.deepEqual(
      remote.jobs.map((job) => [job.id, job.status]),
      [[id, 'running']],
    );
  });

  it('are removed if the engine refuses them', async () => {
    await assert.rejects(submit('nosuch'), { code: 'UNKNOWN_TARGET' });
    remote.engine.onSubmit = () =>
      Promise.reject(new JobdeckError({ code: 'INVALID_REQUEST', message: 'No.', hint: null }));
    await assert.rejects(submit(), { code: 'INVALID_REQUEST' });
    assert.deepEqual(remote.jobs, []);
  });

  it('are lost if they may not have arrived, until a fact arrives', async () => {
    remote.engine.onSubmit = () => Promise.reject(down);
    await assert.rejects(submit(), { code: 'CONNECTION_FAILED' });
    assert.deepEqual([remote.job('sent-1').status, remote.job('sent-1').error?.code], ['lost', 'SUBMIT_UNCERTAIN']);
    await remote.take({ externalId: 'sent-1', status: 'running' });
    assert.deepEqual([remote.job('sent-1').status, remote.job('sent-1').error], ['running', null]);
  });

  it('are never sent again after the daemon stopped while sending', async () => {
    remote.engine.onSubmit = () => new Promise(() => {});
    void submit();
    await remote.bench.settled(() => remote.engine.calls.length > 0 || remote.jobs.length > 0);
    await remote.bench.crash();
    await remote.bench.jobs.recover();
    assert.equal(remote.job('sent-1').status, 'lost');
    assert.equal(remote.engine.calls.filter(([call]) => call === 'submit').length, 1);
  });

  it('are cancelled by their engine, and shown as being cancelled until it confirms', async () => {
    await remote.take({ status: 'running' });
    const job = await remote.bench.jobs.commands.cancel(remote.job().id);
    assert.equal(job.status, 'running');
    assert.notEqual(job.cancelRequestedAt, null);
    assert.deepEqual(remote.engine.calls, [['cancel', 't1']]);
    await remote.take({ status: 'cancelled' });
    assert.equal(remote.job().status, 'cancelled');
    await assert.rejects(remote.bench.jobs.commands.cancel(job.id), { code: 'JOB_ALREADY_ENDED' });
  });

  it('are not cancelled without it either while they wait', async () => {
    await remote.take({ status: 'waiting' });
    await remote.bench.jobs.commands.cancel(remote.job().id);
    assert.equal(remote.job().status, 'waiting');
    assert.deepEqual(remote.engine.calls, [['cancel', 't1']]);
  });

  it('record a failed cancel, and can be cancelled again', async () => {
    await remote.take({ status: 'running' });
    const { id } = remote.job();
    remote.engine.onCancel = () => Promise.reject(down);
    await assert.rejects(remote.bench.jobs.commands.cancel(id), { code: 'CONNECTION_FAILED' });
    assert.equal(remote.job().cancelRequestedAt, null);
    assert.equal(remote.detail().events.at(-1)?.message, 'Could not cancel: The broker does not answer.');
  });

  it('refuse actions that don’t apply, with the reason', async () => {
    await remote.take({ status: 'running', limits: { cancel: plainMessage('The pool of its worker stops nothing.') } });
    const { id } = remote.job();
    assert.equal(remote.job().capabilities.cancel.reason?.message, 'The pool of its worker stops nothing.');
    await assert.rejects(remote.bench.jobs.commands.cancel(id), { code: 'ENGINE_NOT_CAPABLE', message: /pool/ });
    await remote.take({ status: 'failed', limits: { retry: plainMessage('Its arguments are not known.') } });
    await assert.rejects(remote.bench.jobs.commands.retry(id), { code: 'ENGINE_NOT_CAPABLE', message: /arguments/ });
    await assert.rejects(remote.bench.jobs.commands.hold(id), { code: 'ENGINE_NOT_CAPABLE' });
    await assert.rejects(remote.bench.jobs.commands.retry(id, { command: { argv: ['x'] } }), {
      code: 'INVALID_REQUEST',
    });
    assert.deepEqual(remote.engine.calls, []);
  });

  it('get another attempt under another ID when they are retried', async () => {
    await remote.take({ status: 'running' }, { status: 'failed' });
    const { id } = remote.job();
    remote.engine.onRetry = () => remote.take({ externalId: 'again-1', status: 'running' });
    const again = await remote.bench.jobs.commands.retry(id);
    assert.deepEqual([again.id, again.externalId, again.status], [id, 'again-1', 'running']);
    await remote.take({ status: 'running' }, { externalId: 'again-1', status: 'completed' });
    const { status, attempts } = remote.detail('again-1');
    assert.equal(status, 'completed');
    assert.deepEqual(
      attempts.map((one) => [one.number, one.status]),
      [
        [1, 'failed'],
        [2, 'completed'],
      ],
    );
    assert.equal(remote.jobs.length, 1);
  });

  it('are retried once, however many requests arrive before their engine responds', async () => {
    await remote.take({ status: 'running' }, { status: 'failed' });
    const { id } = remote.job();
    const asked = await Promise.allSettled([
      remote.bench.jobs.commands.retry(id),
      remote.bench.jobs.commands.retry(id),
    ]);
    assert.deepEqual(
      asked.map((one) => (one.status === 'rejected' ? one.reason.code : one.value.externalId)),
      ['again-1', 'JOB_STILL_ACTIVE'],
    );
    await remote.take({ externalId: 'again-1', status: 'running' }, { externalId: 'again-1', status: 'failed' });
    remote.engine.onRetry = () => Promise.reject(down);
    // A failed retry can be repeated.
    for (let n = 0; n < 2; n += 1)
      await assert.rejects(remote.bench.jobs.commands.retry(id), { code: 'CONNECTION_FAILED' });
  });

  it('are retried from a step if their engine supports it', async () => {
    await remote.take({ status: 'running' }, { status: 'failed' });
    const { id } = remote.job();
    assert.equal(remote.detail().retryFromStep.allowed, false);
    await assert.rejects(remote.bench.jobs.commands.retry(id, { fromStep: { stepId: 'b' } }), {
      code: 'ENGINE_NOT_CAPABLE',
    });
    await remote.take({ limits: { retryFromStep: null } });
    assert.equal(remote.detail().retryFromStep.allowed, true);
    await remote.bench.jobs.commands.retry(id, { fromStep: { stepId: 'b', input: [1] } });
    assert.deepEqual(remote.engine.calls, [['retry', 't1', { stepId: 'b', input: [1] }]]);
  });

  it('are read-only on a read-only connection', async () => {
    await remote.take({ status: 'running' });
    remote.readOnly = true;
    await assert.rejects(submit(), { code: 'CONNECTION_READ_ONLY' });
    await assert.rejects(remote.bench.jobs.commands.cancel(remote.job().id), { code: 'CONNECTION_READ_ONLY' });
    assert.deepEqual(remote.engine.calls, []);
  });

  it('are refreshed when a user looks at them', async () => {
    await remote.take({ status: 'running' });
    assert.equal(await remote.bench.jobs.inspection.resources(remote.job().id), null);
    assert.deepEqual(remote.engine.calls, [['look', 't1']]);
  });

  it('are lost when their connection is removed, and found when it is back', async () => {
    await remote.take(
      { status: 'running' },
      { externalId: 't2', status: 'waiting' },
      { externalId: 't3', status: 'completed' },
    );
    await remote.bench.jobs.remote.disconnect(prod);
    assert.deepEqual(
      ['t1', 't2', 't3'].map((id) => remote.job(id).status),
      ['lost', 'lost', 'completed'],
    );
    await remote.take({ externalId: 't2', status: 'running' });
    assert.equal(remote.job('t2').status, 'running');
  });

  it('can be force stopped here, whatever their engine reports later', async () => {
    await remote.take({ status: 'running' });
    await remote.bench.jobs.commands.forceFail(remote.job().id);
    await remote.take({ status: 'running' });
    assert.deepEqual([remote.job().status, remote.job().error?.code], ['failed', 'FORCE_FAILED']);
  });
});
