import assert from 'node:assert/strict';
import { Emitter } from '../../../../extension/base/event.ts';
import { watchForCause } from '../../../../extension/commandKit/causeSeen.ts';
import type { JobsChange } from '../../../../extension/daemon/jobsModel.ts';
import type { Job } from '../../../../shared/job.ts';
import { makeJob } from '../builders.ts';

describe('the walkthrough step about failed jobs', () => {
  const change: JobsChange = { changed: ['j'], removed: [], reset: false, progressOnly: false };

  function watch(status: Job['status']) {
    const moves = new Emitter<void>();
    const changes = new Emitter<JobsChange>();
    const situation = { front: null as string | null, status, completed: 0 };
    const inFront = {
      job: () => (situation.front === null ? null : { jobId: situation.front, attempt: null }),
      onDidChange: moves.event,
    };
    const model = { get: () => makeJob({ status: situation.status }), onDidChange: changes.event };
    watchForCause(inFront, model, { set: () => (situation.completed += 1) });
    return { moves, changes, situation };
  }

  it('is completed by looking at the page or log of a failed job, once', () => {
    const { moves, situation } = watch('failed');
    moves.fire();
    assert.equal(situation.completed, 0);
    situation.front = 'j';
    moves.fire();
    moves.fire();
    assert.equal(situation.completed, 1);
  });

  it('is not completed by a job that did not fail, until it fails in front', () => {
    const { moves, changes, situation } = watch('running');
    situation.front = 'j';
    moves.fire();
    assert.equal(situation.completed, 0);
    situation.status = 'failed';
    changes.fire(change);
    assert.equal(situation.completed, 1);
  });
});
