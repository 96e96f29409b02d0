import assert from 'node:assert/strict';
import { type JobsChange, JobsModel, type OlderChange } from '../../../../extension/daemon/jobsModel.ts';
import type { Job } from '../../../../shared/job.ts';
import { feedHistory } from '../../../../shared/wire.ts';
import { ago, makeJob } from '../builders.ts';

function watched(): { model: JobsModel; changes: JobsChange[] } {
  const model = new JobsModel();
  const changes: JobsChange[] = [];
  model.onDidChange((change) => changes.push(change));
  return { model, changes };
}

const snapshot = (jobs: Job[], rev = 10, epoch = 'e1') => ({ type: 'snapshot', epoch, rev, jobs }) as const;
const ids = (model: JobsModel) => model.all().map(({ id }) => id);

describe('the jobs of a window', () => {
  it('are unknown before the first snapshot', () => {
    const { model } = watched();
    assert.equal(model.loaded, false);
    assert.deepEqual(model.position, { epoch: null, rev: null });
  });

  it('are those of the first snapshot, even if it is empty', () => {
    const { model, changes } = watched();
    model.apply(snapshot([]));
    assert.equal(model.loaded, true);
    assert.deepEqual(changes, [{ changed: [], removed: [], reset: true, progressOnly: false }]);
  });

  it('report only what changed', () => {
    const { model, changes } = watched();
    const [a, b] = [makeJob(), makeJob()];
    model.apply(snapshot([a, b]));
    model.apply({ type: 'changes', rev: 11, jobs: [{ ...a, title: 'new', rev: 11 }], removed: [b.id] });
    assert.deepEqual(changes.at(-1), { changed: [a.id], removed: [b.id], reset: false, progressOnly: false });
    assert.equal(model.get(a.id)?.title, 'new');
    assert.deepEqual(model.position, { epoch: 'e1', rev: 11 });
  });

  it('report progress separately from other changes', () => {
    const { model, changes } = watched();
    const job = makeJob();
    model.apply(snapshot([job]));
    let rev = 10;
    const onlyMovesOn = (more: Partial<Job>) => {
      rev += 1;
      model.apply({ type: 'changes', rev, jobs: [{ ...job, ...more, rev }], removed: [] });
      return changes.at(-1)?.progressOnly;
    };
    const progress = { current: 1, total: 2, message: null, phase: null };
    assert.equal(onlyMovesOn({ progress }), true);
    assert.equal(onlyMovesOn({ pausedAt: ago(1) }), false);
    assert.equal(onlyMovesOn({ pausedAt: ago(1), progress }), true);
    assert.equal(onlyMovesOn({ pausedAt: ago(1), title: 'new' }), false);
    assert.equal(onlyMovesOn({ cancelRequestedAt: ago(1) }), false);
    assert.equal(onlyMovesOn({ status: 'completed', endedAt: ago(0) }), false);
    assert.equal(onlyMovesOn({ id: 'another' }), false);
    model.apply({ type: 'changes', rev: 99, jobs: [], removed: ['another'] });
    assert.equal(changes.at(-1)?.progressOnly, false);
  });

  it('fire no event for a snapshot without changes', () => {
    const { model, changes } = watched();
    const job = makeJob();
    model.apply(snapshot([job]));
    model.apply(snapshot([{ ...job }], 12));
    assert.equal(changes.length, 1);
    assert.deepEqual(model.position, { epoch: 'e1', rev: 12 });
  });

  it('are replaced by those of another database, whatever their revisions', () => {
    const { model, changes } = watched();
    const job = makeJob();
    model.apply(snapshot([job]));
    model.apply(snapshot([{ ...job, title: 'other' }], 10, 'e2'));
    assert.deepEqual(changes.at(-1)?.changed, [job.id]);
  });

  it('drop jobs that a snapshot no longer has', () => {
    const { model, changes } = watched();
    const [a, b] = [makeJob(), makeJob()];
    model.apply(snapshot([a, b]));
    model.apply(snapshot([b], 12));
    assert.deepEqual(changes.at(-1), { changed: [], removed: [a.id], reset: true, progressOnly: false });
    assert.deepEqual(ids(model), [b.id]);
  });

  it('can be polled instead of streamed, after which the feed starts over', () => {
    const { model, changes } = watched();
    const job = makeJob();
    model.replace([job]);
    model.replace([job]);
    assert.equal(changes.length, 1);
    assert.deepEqual(model.position, { epoch: null, rev: null });
  });

  it('are complete until there are too many finished jobs', () => {
    const { model } = watched();
    const older: OlderChange[] = [];
    const finished = Array.from({ length: feedHistory - 1 }, (_, n) =>
      makeJob({ status: 'completed', endedAt: ago(n + 10), rev: 1 }),
    );
    model.apply(snapshot([...finished, makeJob()]));
    assert.equal(model.horizon, null);
    model.onDidChangeOlder((change) => older.push(change));
    const more = [makeJob({ status: 'failed', endedAt: ago(2) }), makeJob({ status: 'failed', endedAt: ago(1) })];
    model.apply({ type: 'changes', rev: 11, jobs: more, removed: [] });
    const oldest = finished.at(-1);
    assert.equal(model.horizon, finished.at(-2)?.endedAt);
    assert.deepEqual(older, [{ jobs: [oldest], removed: [], reset: false }]);

    const touched = { ...oldest, title: 'new', rev: 12 } as Job;
    model.apply({ type: 'changes', rev: 12, jobs: [touched], removed: ['old'] });
    assert.deepEqual(older.at(-1), { jobs: [touched], removed: ['old'], reset: false });
    model.apply(snapshot([...model.all()], 13));
    assert.deepEqual(older.at(-1), { jobs: [], removed: [], reset: true });
  });

  it('reach every listener even if one of them throws', async () => {
    const { model, changes } = watched();
    const surfaced = new Promise((resolve) => {
      const others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const listener of others) process.on('uncaughtException', listener);
        resolve(error.message);
      });
    });
    model.onDidChange(() => {
      throw new Error('a listener’s own');
    });
    const later: JobsChange[] = [];
    model.onDidChange((change) => later.push(change));
    model.apply(snapshot([]));
    assert.equal(changes.length, 1);
    assert.equal(later.length, 1);
    assert.equal(await surfaced, 'a listener’s own');
  });
});
