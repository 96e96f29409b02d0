import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { newJob } from '../store/temporary.ts';
import { type Bench, endJob, exit, openBench, startJob } from './bench.ts';

describe('retrying a job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('adds an attempt and leaves the earlier one unchanged', async () => {
    const id = await endJob(bench, 3);
    const first = bench.store.detail(id)?.attempts[0];
    const job = await bench.jobs.commands.retry(id);

    assert.equal(job.status, 'pending');
    assert.deepEqual(
      [job.exitCode, job.error, job.startedAt, job.endedAt, job.progress],
      [null, null, null, null, null],
    );
    await bench.engine.launched(2);
    const launch = bench.engine.launch(id);
    assert.equal(launch.attempt, 2);
    await bench.jobs.attempts.started(launch, { pid: 8, startedAt: bench.clock.now() });
    await bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));

    const after = bench.store.detail(id);
    assert.equal(after?.status, 'completed');
    assert.equal(after?.attempt, 2);
    assert.deepEqual(after?.attempts[0], first);
    assert.equal(after?.attempts[1]?.status, 'completed');
  });

  it('runs the same command in the same folder with the same environment', async () => {
    const folder = join(bench.folder, 'here');
    mkdirSync(folder);
    const id = await endJob(bench, 1, { command: { argv: ['x', 'y'] }, cwd: folder, env: { A: '1' } });
    await bench.jobs.commands.retry(id);
    await bench.engine.launched(2);

    const [first, second] = bench.engine.launches;
    assert.deepEqual(second, { ...first, attempt: 2 });
  });

  it('runs completed and cancelled jobs again', async () => {
    const completed = await endJob(bench, 0);
    assert.equal((await bench.jobs.commands.retry(completed)).status, 'pending');

    const launch = await startJob(bench);
    await bench.jobs.commands.cancel(launch.jobId);
    await bench.jobs.attempts.ended(launch, exit(143, bench.clock.now()));
    const again = await bench.jobs.commands.retry(launch.jobId);
    assert.equal(again.status, 'pending');
    assert.equal(again.cancelRequestedAt, null);
  });

  it('with another command uses it from then on, and keeps the old one with its attempt', async () => {
    const id = await endJob(bench, 1, { command: { argv: ['make', 'x'] } });
    const job = await bench.jobs.commands.retry(id, { command: { argv: ['make', 'y'] } });
    assert.equal(job.commandLine, 'make y');
    assert.equal(job.title, 'make y');
    await bench.engine.launched(2);
    assert.deepEqual(bench.engine.launch(id).command, { argv: ['make', 'y'] });

    await bench.jobs.attempts.ended(bench.engine.launch(id), exit(1, bench.clock.now()));
    await bench.jobs.commands.retry(id);
    await bench.engine.launched(3);
    assert.deepEqual(bench.engine.launch(id).command, { argv: ['make', 'y'] });
    assert.deepEqual(
      bench.store.detail(id)?.attempts.map((attempt) => attempt.commandLine),
      ['make x', 'make y', 'make y'],
    );
  });

  it('with another command keeps a custom title', async () => {
    const id = await endJob(bench, 1, { title: 'My job' });
    assert.equal((await bench.jobs.commands.retry(id, { command: { shell: 'y' } })).title, 'My job');
  });

  it('twice at the same time adds one attempt', async () => {
    const id = await endJob(bench, 1);
    const outcomes = await Promise.allSettled([bench.jobs.commands.retry(id), bench.jobs.commands.retry(id)]);

    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await bench.engine.launched(2);
    await bench.store.write(() => {});
    assert.equal(bench.store.detail(id)?.attempts.length, 2);
  });

  it('is refused while it is active', async () => {
    const { jobId } = await startJob(bench);
    await assert.rejects(bench.jobs.commands.retry(jobId), { code: 'JOB_STILL_ACTIVE' });
    await assert.rejects(bench.jobs.commands.retry('nosuchjob0'), { code: 'JOB_NOT_FOUND' });
  });

  it('is refused with an empty command or a missing folder, and changes nothing', async () => {
    const folder = join(bench.folder, 'gone');
    mkdirSync(folder);
    const id = await endJob(bench, 1, { cwd: folder });
    const before = bench.store.detail(id);

    await assert.rejects(bench.jobs.commands.retry(id, { command: { argv: [' '] } }), { code: 'EMPTY_COMMAND' });
    rmdirSync(folder);
    await assert.rejects(bench.jobs.commands.retry(id), { code: 'CWD_MISSING' });
    assert.deepEqual(bench.store.detail(id), before);
  });

  it('keeps the earlier attempts if it is cancelled before it starts', async () => {
    const id = await endJob(bench, 1);
    bench.jobs.close();
    await bench.jobs.commands.retry(id);
    const job = await bench.jobs.commands.cancel(id);

    assert.equal(job.status, 'cancelled');
    assert.deepEqual(
      job.attempts.map(({ number, status }) => [number, status]),
      [[1, 'failed']],
    );
  });
});

describe('removing jobs', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('removes a finished job with its logs', async () => {
    const id = await endJob(bench, 0);
    await bench.jobs.commands.remove(id);

    assert.equal(bench.store.detail(id), null);
    assert.deepEqual(bench.logs.removed, [id]);
    await assert.rejects(bench.jobs.commands.remove(id), { code: 'JOB_NOT_FOUND' });
  });

  it('is refused while the job is active', async () => {
    const { jobId } = await startJob(bench);
    await assert.rejects(bench.jobs.commands.remove(jobId), { code: 'JOB_STILL_ACTIVE' });
    assert.equal(bench.store.job(jobId)?.status, 'running');
    assert.deepEqual(bench.logs.removed, []);
  });

  it('deletes at the next start the logs that could not be deleted', async () => {
    const id = await endJob(bench, 0);
    bench.logs.failing = true;
    await bench.jobs.commands.remove(id);
    assert.equal(bench.store.job(id), null);
    assert.equal(bench.problems.length, 1);

    bench.logs.failing = false;
    await bench.crash();
    assert.deepEqual(bench.logs.removed, [id]);
    while (bench.store.read((rows) => rows.retention.leftoverLogs()).length > 0) await new Promise(setImmediate);
    await bench.crash();
    assert.deepEqual(bench.logs.removed, [id]);
  });

  it('clears all finished jobs or the ones with some statuses, and returns their number', async () => {
    const failed = await endJob(bench, 1);
    const completed = [await endJob(bench, 0), await endJob(bench, 0)];
    const active = await startJob(bench);

    assert.equal(await bench.jobs.retention.clear(['completed']), 2);
    assert.deepEqual(bench.logs.removed.sort(), completed.sort());
    assert.equal(bench.store.job(failed)?.status, 'failed');
    assert.equal(await bench.jobs.retention.clear(), 1);
    assert.equal(await bench.jobs.retention.clear(), 0);
    assert.equal(bench.store.job(active.jobId)?.status, 'running');
    await assert.rejects(bench.jobs.retention.clear(['running']), { code: 'INVALID_REQUEST' });
  });

  it('clears a long history completely', async () => {
    await bench.store.write((tx) => {
      for (let n = 0; n < 450; n += 1) {
        const times = { createdAt: n, queuedAt: n, lastActivityAt: n, endedAt: n };
        const what = {
          title: 't',
          type: 't',
          trigger: 'manual',
          engine: 'local',
          queue: 'q',
          priority: 'low',
        } as const;
        tx.insertJob({ id: `job${n}`, status: 'completed', ...what, ...times }, {});
      }
    });
    assert.equal(await bench.jobs.retention.clear(), 450);
    assert.equal(bench.store.list({}).total, 0);
    while (bench.store.read((rows) => rows.retention.leftoverLogs()).length > 0) await new Promise(setImmediate);
    assert.equal(new Set(bench.logs.removed).size, 450);
  });

  it('leaves nothing after a crash in the middle: each job is there with its log, or both are removed', async () => {
    await bench.store.write((tx) => {
      for (let n = 0; n < 120; n += 1) tx.insertJob(newJob({ id: `job${n}`, endedAt: n }), {});
    });
    const crashed = new Promise<void>((resolve) => {
      const stop = bench.store.onCommit(() => {
        stop();
        // The daemon is gone after the first of several commits.
        bench.store.write = () => new Promise(() => {});
        bench.jobs.close();
        resolve();
      });
    });
    void bench.jobs.retention.clear().catch(() => {});
    await crashed;
    const before = bench.logs.removed.length;
    await bench.crash();
    while (bench.store.read((rows) => rows.retention.leftoverLogs()).length > 0) await new Promise(setImmediate);

    const left = bench.store.list({}).total;
    assert.ok(left > 0 && left < 120, `${left} are left`);
    assert.ok(before < 120 - left);
    assert.equal(new Set(bench.logs.removed).size, 120 - left);
    for (const id of bench.logs.removed) assert.equal(bench.store.job(id), null);
    assert.equal(await bench.jobs.retention.clear(), left);
  });
});
