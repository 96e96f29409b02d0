import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { FoundLaunch } from '../../../../daemon/engines/engine.ts';
import { requestRetry } from '../../../../daemon/jobs/attempts/requests.ts';
import { holdBack, restoreLaunches } from '../../../../daemon/jobs/rebuild.ts';
import { retryNotice } from '../../../../shared/retryNotice.ts';
import { addJob, openTemporary, type Temporary } from '../store/temporary.ts';

describe('an earlier database', () => {
  let temporary: Temporary;
  beforeEach(() => {
    temporary = openTemporary();
  });
  afterEach(() => temporary.end());

  async function starting(id: string, status: 'starting' | 'running' = 'starting'): Promise<void> {
    await addJob(temporary.store, { id });
    await temporary.store.write((tx) => {
      tx.updateJob(id, { attempt: 1, status: status === 'starting' ? 'pending' : status });
      tx.insertAttempt(id, { number: 1, launch: 1, createdAt: 1_000, status });
    });
  }

  const found = (jobId: string, more: Partial<FoundLaunch> = {}): FoundLaunch => ({
    ...{ jobId, attempt: 1, launch: 1, record: null, pid: null, startedAt: null, stopRequestedAt: null },
    ...more,
  });
  const record = (timeLimitMs: number | null): FoundLaunch['record'] => ({
    ...{ title: 'a', type: 'a', trigger: 'manual', queue: 'default', priority: 'normal', command: { argv: ['a'] } },
    ...{ cwd: null, workspace: null, createdBy: null, tags: null, stdin: false, outputProgress: null, createdAt: 500 },
    timeLimitMs,
  });
  const detail = (id: string) => temporary.store.detail(id) ?? assert.fail();

  function statusOf(id: string): string | undefined {
    return temporary.store.read((rows) => rows.attempts.find(id, 1)?.status);
  }

  it('does not launch an attempt again that was starting and left no run folder', async () => {
    await starting('gone');
    await starting('found');
    await temporary.store.write((tx) => holdBack(tx, [found('found')], 2_000));

    // Recovery launches only those again that were starting.
    assert.deepEqual([statusOf('gone'), statusOf('found')], ['running', 'starting']);
  });

  it('has no attempt running beside the later one that was found', async () => {
    await starting('retried', 'running');
    const later = found('retried', { attempt: 2, startedAt: 1_500 });
    assert.equal(await temporary.store.write((tx) => restoreLaunches(tx, [later], 2_000)), 1);

    const { attempts } = detail('retried');
    assert.deepEqual(
      attempts.map(({ status, error }) => [status, error?.code]),
      [
        ['failed', 'NO_EXIT_STATUS'],
        ['running', undefined],
      ],
    );
  });

  it('continues a cancel that it has lost, of a job that it knows or not', async () => {
    await starting('known', 'running');
    const launches = [
      found('known', { stopRequestedAt: 1_700 }),
      found('lost', { stopRequestedAt: 1_800 }),
      found('on'),
    ];
    await temporary.store.write((tx) => restoreLaunches(tx, launches, 2_000));

    assert.deepEqual(
      ['known', 'lost', 'on'].map((id) => {
        const { cancelRequestedAt } = detail(id);
        return cancelRequestedAt === null ? null : Date.parse(cancelRequestedAt);
      }),
      [1_700, 1_800, null],
    );
    assert.equal(detail('known').events.at(-1)?.code, 'timeline.cancelRequested');
  });

  it('warns with each retry that the environment of a job is lost, but only then', async () => {
    await starting('known', 'running');
    await temporary.store.write((tx) => {
      tx.updateData('known', { env: { A: '1' } });
      restoreLaunches(tx, [found('known', { launch: 2 }), found('lost', { record: record(null) })], 2_000);
    });
    const retried = (id: string) =>
      temporary.store.write((tx) => {
        tx.updateAttempt(id, 1, { status: 'failed', endedAt: 2_500 });
        tx.updateJob(id, { status: 'failed', endedAt: 2_500 });
        requestRetry(tx, tx.jobs.find(id) ?? assert.fail(), undefined, 3_000);
      });
    for (const id of ['known', 'lost', 'lost']) await retried(id);

    assert.equal(retryNotice(detail('known')), null);
    assert.match(retryNotice(detail('lost'))?.message ?? '', /^Its environment was lost with the database/);
    const codes = detail('lost').events.map(({ code }) => code);
    assert.equal(codes.filter((code) => code === 'timeline.environmentLost').length, 2);
  });

  it('does not take a timeout for a cancel', async () => {
    const launch = found('late', { record: record(500), startedAt: 1_000, stopRequestedAt: 1_501 });
    await temporary.store.write((tx) => restoreLaunches(tx, [launch], 2_000));

    assert.equal(detail('late').cancelRequestedAt, null);
  });
});
