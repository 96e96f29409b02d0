import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { holdBack } from '../../../../daemon/jobs/rebuild.ts';
import { addJob, openTemporary, type Temporary } from '../store/temporary.ts';

describe('an earlier database', () => {
  let temporary: Temporary;
  beforeEach(() => {
    temporary = openTemporary();
  });
  afterEach(() => temporary.end());

  async function starting(id: string): Promise<void> {
    await addJob(temporary.store, { id });
    await temporary.store.write((tx) => {
      tx.updateJob(id, { attempt: 1 });
      tx.insertAttempt(id, { number: 1, launch: 1, createdAt: 1_000, status: 'starting' });
    });
  }

  function statusOf(id: string): string | undefined {
    return temporary.store.read((rows) => rows.attempts.find(id, 1)?.status);
  }

  it('does not launch an attempt again that was starting and left no run folder', async () => {
    await starting('gone');
    await starting('found');
    const launch = { jobId: 'found', attempt: 1, launch: 1, record: null, pid: null, startedAt: null };
    await temporary.store.write((tx) => holdBack(tx, [launch], 2_000));

    // Recovery launches only those again that were starting.
    assert.deepEqual([statusOf('gone'), statusOf('found')], ['running', 'starting']);
  });
});
