import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { SubmitRequest } from '../../../../shared/protocol.ts';
import { type Bench, dispatched, exit, openBench, request, startJob } from './bench.ts';

describe('actions on many jobs', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const submit = async (changes: Partial<SubmitRequest> = {}) =>
    (await bench.jobs.submissions.submit(request({ hold: true, ...changes }))).id;
  const each: Bench['jobs']['commands']['each'] = (action, options) => bench.jobs.commands.each(action, options);
  const statusOf = (id: string) => bench.store.job(id)?.status;
  const finishedJob = async (code: number) => {
    const launch = await startJob(bench);
    await bench.jobs.attempts.ended(launch, exit(code, bench.clock.now()));
    return launch.jobId;
  };

  it('apply to those they can, and report the others', async () => {
    const [waiting, done] = [await submit(), await finishedJob(0)];
    const { done: cancelled, failed } = await each('cancel', { ids: [done, waiting, 'nothing', waiting] });
    assert.deepEqual(cancelled, [waiting]);
    assert.deepEqual(
      failed.map(({ id, error }) => [id, error.code]),
      [
        [done, 'JOB_ALREADY_ENDED'],
        ['nothing', 'JOB_NOT_FOUND'],
      ],
    );
    assert.equal(statusOf(waiting), 'cancelled');
  });

  it('apply to all jobs of a filter that they are for, however many there are', async () => {
    const ids = await Promise.all(Array.from({ length: 130 }, () => submit({ type: 'many' })));
    const other = await submit({ type: 'other' });
    const finished = await finishedJob(1);
    const { done, failed } = await each('cancel', { filter: { type: 'many' } });
    assert.deepEqual([new Set(done), failed], [new Set(ids), []]);
    assert.deepEqual([statusOf(other), statusOf(finished)], ['waiting', 'failed']);
    assert.equal((await each('remove', { filter: { type: ['many', 'other'] } })).done.length, 130);
    assert.deepEqual([statusOf(ids[0] ?? ''), statusOf(other)], [undefined, 'waiting']);
  });

  it('change nothing in a dry run', async () => {
    const ids = [await submit(), await submit()];
    const { done } = await each('cancel', { filter: {}, dryRun: true });
    assert.deepEqual(done.sort(), ids.sort());
    assert.deepEqual(ids.map(statusOf), ['waiting', 'waiting']);
  });

  it('cancel jobs that have not started first, so that none starts when another one ends', async () => {
    await bench.jobs.queues.set('one', { concurrency: 1 });
    const running = await startJob(bench, { queue: 'one' });
    const next = await submit({ queue: 'one', hold: false });
    await dispatched(bench);
    const { done } = await each('cancel', { filter: { queue: 'one' } });
    assert.deepEqual(done, [next, running.jobId]);
    assert.equal(statusOf(next), 'cancelled');
    assert.deepEqual(
      bench.engine.cancels.map(({ jobId }) => jobId),
      [running.jobId],
    );
  });

  it('leave groups to their jobs when they filter, but take one by its ID', async () => {
    const member = await submit({ group: 'nightly' });
    const group = bench.store.job(member)?.parentId ?? assert.fail();
    assert.deepEqual((await each('cancel', { filter: { parent: 'nightly' } })).done, [member]);
    assert.equal(statusOf(group), 'cancelled');
    assert.deepEqual((await each('retry', { ids: [group] })).done, [group]);
    assert.notEqual(statusOf(member), 'cancelled');
  });

  it('retry failed jobs, a job before those that depend on it', async () => {
    const first = await finishedJob(1);
    const second = await submit({ after: [first], hold: false });
    assert.equal(statusOf(second), 'cancelled');
    const { done } = await each('retry', { filter: { status: 'failed,cancelled' } });
    assert.deepEqual(done, [first, second]);
    assert.equal(bench.store.job(second)?.waitReason, 'dependency');
  });

  it('end jobs by force for a reason', async () => {
    const launch = await startJob(bench);
    const waiting = await submit();
    const { done } = await each('forceFail', { filter: {}, reason: 'it hangs' });
    assert.deepEqual(done, [waiting, launch.jobId]);
    assert.match(bench.store.job(waiting)?.error?.message ?? '', /it hangs/);
    assert.equal(bench.engine.kills.length, 1);
  });

  it('need either IDs or a filter', async () => {
    for (const request of [{}, { ids: ['a'], filter: {} }]) {
      await assert.rejects(each('cancel', request), { code: 'INVALID_REQUEST' });
    }
    await assert.rejects(each('cancel', { filter: { status: 'broken' } }), { code: 'INVALID_REQUEST' });
  });
});
