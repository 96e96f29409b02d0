import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Priority } from '../../../../shared/job.ts';
import { type Bench, openBench, request } from './bench.ts';

describe('submitting a job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('returns the job as committed, and launches its first attempt', async () => {
    const job = await bench.jobs.submissions.submit(
      request({ command: { argv: ['npm', 'test'] }, env: { A: '1' }, input: [1] }),
    );

    assert.equal(job.status, 'pending');
    assert.equal(job.attempt, 0);
    assert.deepEqual(
      [job.title, job.type, job.trigger, job.engine, job.queue, job.priority],
      ['npm test', 'test', 'manual', 'local', 'default', 'normal'],
    );
    assert.deepEqual(job.input, [1]);
    await bench.engine.launched(1);
    const launch = { jobId: job.id, attempt: 1, launch: 1, command: { argv: ['npm', 'test'] } };
    const launches = bench.engine.launches.map(({ record, ...rest }) => rest);
    assert.deepEqual(launches, [{ ...launch, cwd: job.cwd, env: { A: '1' }, outputProgress: null }]);
    const { title, command, queue } = bench.engine.launch(job.id).record ?? {};
    assert.deepEqual({ title, command, queue }, { title: job.title, command: job.command, queue: 'default' });
    // It is kept in a file, which must not have the environment.
    assert.ok(!JSON.stringify(bench.engine.launch(job.id).record).includes('"A"'));
  });

  it('uses all fields of the request', async () => {
    await bench.jobs.queues.set('q', {});
    const said = {
      title: 'T',
      type: 'Y',
      trigger: 'scheduled',
      queue: 'q',
      priority: 'high',
      workspace: '/w',
    } as const;
    const job = await bench.jobs.submissions.submit(request({ ...said, createdBy: 'me', metadata: { a: 1 } }));

    for (const [field, value] of Object.entries(said)) assert.equal(job[field as keyof typeof said], value);
    assert.equal(job.createdBy, 'me');
    assert.deepEqual(job.metadata, { a: 1 });
  });

  it('runs in the home folder with the environment of the daemon by default', async () => {
    const job = await bench.jobs.submissions.submit({ command: { shell: 'true' } });
    await bench.engine.launched(1);

    assert.equal(job.cwd, homedir());
    assert.equal(bench.engine.launch(job.id).cwd, homedir());
    assert.equal(bench.engine.launch(job.id).env.PATH, process.env.PATH);
  });

  it('commits the attempt before the engine is called', async () => {
    let seen: unknown;
    bench.engine.onStart = async ({ jobId }) => {
      seen = bench.store.detail(jobId)?.attempts.map(({ number, status }) => ({ number, status }));
    };
    await bench.jobs.submissions.submit(request());
    await bench.engine.launched(1);

    assert.deepEqual(seen, [{ number: 1, status: 'starting' }]);
  });

  it('launches each job once, however many are submitted together', async () => {
    const jobs = await Promise.all(Array.from({ length: 40 }, () => bench.jobs.submissions.submit(request())));
    await bench.engine.launched(40);
    await bench.store.write(() => {});
    await bench.store.write(() => {});

    assert.deepEqual(bench.engine.launches.map((launch) => launch.jobId).sort(), jobs.map((job) => job.id).sort());
  });

  it('launches by priority, and first in, first out within a priority', async () => {
    const later = await openBench({ recovered: false });
    try {
      const priorities: Priority[] = ['low', 'normal', 'urgent', 'high', 'normal', 'urgent'];
      for (const [n, priority] of priorities.entries())
        await later.jobs.submissions.submit(request({ priority, title: `${n}` }));
      await later.jobs.recover();
      await later.engine.launched(6);
      const order = later.engine.launches.map(({ jobId }) => later.store.job(jobId)?.title);

      assert.deepEqual(order, ['2', '5', '3', '1', '4', '0']);
    } finally {
      later.end();
    }
  });

  it('launches a retried job after those queued before its retry', async () => {
    const later = await openBench({ recovered: false });
    try {
      const first = await later.jobs.submissions.submit(request());
      await later.jobs.commands.cancel(first.id);
      const second = await later.jobs.submissions.submit(request());
      await later.jobs.commands.retry(first.id);
      await later.jobs.recover();
      await later.engine.launched(2);

      assert.deepEqual(
        later.engine.launches.map(({ jobId }) => jobId),
        [second.id, first.id],
      );
    } finally {
      later.end();
    }
  });

  it('is recorded in the timeline', async () => {
    const job = await bench.jobs.submissions.submit(request());
    assert.deepEqual(
      job.events.map(({ message, level }) => [message, level]),
      [['Submitted.', 'info']],
    );
  });

  it('fails the job, and no other, if the engine throws when starting it', async () => {
    bench.engine.onStart = async ({ command }) => {
      if ('shell' in command) throw new Error('engine broken');
    };
    const [bad, good] = await Promise.all([
      bench.jobs.submissions.submit(request({ command: { shell: 'x' } })),
      bench.jobs.submissions.submit(request()),
    ]);
    await bench.settled((store) => store.job(bad.id)?.status === 'failed');

    assert.equal(bench.store.job(bad.id)?.error?.code, 'START_FAILED');
    assert.match(bench.store.job(bad.id)?.error?.message ?? '', /engine broken/);
    assert.equal(bench.store.job(good.id)?.status, 'pending');
    assert.match(String(bench.problems[0]), /engine broken/);
  });

  describe('writes nothing and explains', () => {
    it('an empty command', async () => {
      for (const command of [{ argv: [] }, { argv: [''] }, { argv: ['  ', 'x'] }, { shell: '' }, { shell: ' \n\t' }]) {
        await assert.rejects(bench.jobs.submissions.submit(request({ command })), { code: 'EMPTY_COMMAND' });
      }
      assert.equal(bench.store.rev(), 0);
    });

    it('a NUL character, which can’t be passed to a program', async () => {
      for (const command of [{ argv: ['echo', 'a\0b'] }, { shell: 'echo \0' }]) {
        await assert.rejects(bench.jobs.submissions.submit(request({ command })), { code: 'INVALID_REQUEST' });
      }
      assert.equal(bench.store.rev(), 0);
    });

    it('a working folder that is missing, relative, a file, or not even a path', async () => {
      const file = join(bench.folder, 'file');
      writeFileSync(file, '');
      for (const cwd of [join(bench.folder, 'missing'), 'relative', '.', '', file, join(file, 'below'), '/\0']) {
        await assert.rejects(bench.jobs.submissions.submit(request({ cwd })), (error: unknown) => {
          const { code, hint } = error as { code: string; hint: string | null };
          assert.equal(code, 'CWD_MISSING', cwd);
          assert.ok(hint);
          return true;
        });
      }
      assert.equal(bench.store.rev(), 0);
      mkdirSync(join(bench.folder, 'missing'));
      await bench.jobs.submissions.submit(request({ cwd: join(bench.folder, 'missing') }));
    });
  });
});
