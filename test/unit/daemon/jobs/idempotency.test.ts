import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, endJob, openBench, request } from './bench.ts';

describe('an idempotency key', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const submit = (idempotencyKey: string) => bench.jobs.submissions.submitOnce(request({ idempotencyKey }));

  it('returns the existing job, which is recorded in the timeline', async () => {
    const first = await submit('nightly');
    const second = await submit('nightly');
    assert.deepEqual([first.created, second.created], [true, false]);
    assert.equal(second.job.id, first.job.id);
    assert.equal(second.job.events.at(-1)?.code, 'timeline.submittedAgain');
    assert.equal(bench.store.list({}).total, 1);
  });

  it('creates one job however many requests arrive at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => submit('once')));
    assert.equal(new Set(all.map(({ job }) => job.id)).size, 1);
    assert.equal(all.filter(({ created }) => created).length, 1);
    assert.equal(bench.store.list({}).total, 1);
  });

  it('is unique in the database itself', async () => {
    await submit('once');
    const { id } = await bench.jobs.submissions.submit(request());
    const row = bench.store.read((rows) => rows.jobs.find(id));
    assert.ok(row);
    const { title, type, trigger, engine, queue, priority, createdAt, queuedAt, lastActivityAt } = row;
    const rest = { title, type, trigger, engine, queue, priority, createdAt, queuedAt, lastActivityAt };
    const again = { id: 'other', status: 'pending' as const, idempotencyKey: 'once', ...rest };
    await assert.rejects(
      bench.store.write((tx) => tx.insertJob(again, {})),
      /UNIQUE/,
    );
  });

  it('does not affect jobs with other keys or without one', async () => {
    await Promise.all([
      submit('a'),
      submit('b'),
      bench.jobs.submissions.submit(request()),
      bench.jobs.submissions.submit(request()),
    ]);
    assert.equal(bench.store.list({}).total, 4);
  });

  it('is kept after the end of the job and after a restart', async () => {
    const id = await endJob(bench, 0, { idempotencyKey: 'done' });
    await bench.crash();
    assert.deepEqual((await submit('done')).job.id, id);
    assert.equal(bench.store.job(id)?.status, 'completed');
  });

  it('becomes free when the job is removed', async () => {
    const id = await endJob(bench, 0, { idempotencyKey: 'done' });
    await bench.jobs.commands.remove(id);
    const again = await submit('done');
    assert.equal(again.created, true);
    assert.notEqual(again.job.id, id);
  });

  it('returns the job even if its folder no longer exists', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'jobdeck-key-'));
    const first = await bench.jobs.submissions.submitOnce(request({ cwd, idempotencyKey: 'k' }));
    rmSync(cwd, { recursive: true });
    assert.equal((await bench.jobs.submissions.submitOnce(request({ cwd, idempotencyKey: 'k' }))).job.id, first.job.id);
  });
});
