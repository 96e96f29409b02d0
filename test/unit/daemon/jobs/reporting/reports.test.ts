import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { maxEvents } from '../../../../../daemon/jobs/reporting/reportBatch.ts';
import type { JobDetail } from '../../../../../shared/job.ts';
import { type Report, type ReportReply, type StartRequest, trackedByWindow } from '../../../../../shared/reporting.ts';
import { type Bench, dispatched, exit, openBench, request, startJob } from '../bench.ts';

describe('a reported job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const start = async (changes: Partial<StartRequest> = {}) => {
    const { job } = await bench.jobs.programs.start({ title: 'Ingest', ...changes });
    await dispatched(bench);
    return job.id;
  };
  const report = async (jobId: string, ...reports: Report[]): Promise<ReportReply> => {
    const [outcome] = await bench.jobs.programs.report([{ jobId, reports }]);
    if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error('no outcome');
    return outcome;
  };
  const sequenced = async (jobId: string, ...reports: (Report & { seq: number })[]) => {
    const [outcome] = await bench.jobs.programs.report([{ jobId, client: 'c', reports }]);
    if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error('no outcome');
    return outcome.taken;
  };
  const detail = (id: string): JobDetail => bench.store.detail(id) ?? assert.fail(`no job ${id}`);
  const pass = async (ms: number) => {
    bench.clock.advance(ms);
    await dispatched(bench);
  };

  it('runs at once as its program reports, and takes no slot of its queue', async () => {
    await bench.jobs.queues.set('default', { concurrency: 1 });
    const job = detail(await start({ type: 'etl', total: 10, commandLine: 'python etl.py', input: { a: 1 } }));
    assert.deepEqual(
      [job.status, job.engine, job.trigger, job.type, job.attempt, job.commandLine],
      ['running', 'reported', 'reported', 'etl', 1, 'python etl.py'],
    );
    assert.deepEqual(job.progress, { current: 0, total: 10, message: null, phase: null });
    assert.deepEqual([job.attempts[0]?.status, job.attempts[0]?.pid, job.input], ['running', null, { a: 1 }]);
    await startJob(bench);
  });

  it('on this machine begins each attempt with the submitted steps', async () => {
    const steps = [{ id: 'read', weight: 3 }, { id: 'write' }];
    const { id } = await bench.jobs.submissions.submit(request({ steps }));
    const standing = () => detail(id).steps.map((step) => `${step.id} ${step.status}`);
    assert.deepEqual(standing(), ['read pending', 'write pending']);
    const launch = await bench.engine.launchedJob(id);
    await bench.jobs.attempts.started(launch, { pid: 1, startedAt: bench.clock.now() });
    await report(id, { kind: 'step', id: 'read', status: 'completed' });
    assert.deepEqual(standing(), ['read completed', 'write pending']);
    assert.equal(detail(id).progress?.current, 75);

    await bench.jobs.attempts.ended(launch, exit(1, bench.clock.now()));
    await bench.jobs.commands.retry(id);
    assert.deepEqual(standing(), ['read pending', 'write pending']);
    assert.equal(detail(id).progress, null);
    const circle = bench.jobs.submissions.submit(request({ steps: [{ id: 'a', parentId: 'a' }] }));
    await assert.rejects(circle, { code: 'INVALID_REQUEST' });
  });

  it('exists once for each key', async () => {
    const first = await bench.jobs.programs.start({ title: 'a', idempotencyKey: 'k' });
    const again = await bench.jobs.programs.start({ title: 'a', idempotencyKey: 'k' });
    assert.deepEqual([first.created, again.created, again.job.id], [true, false, first.job.id]);
  });

  it('accepts progress, messages, log and result, and completes with its steps', async () => {
    const id = await start({ steps: [{ id: 'load', label: 'Load' }, { id: 'save' }] });
    await report(
      id,
      { kind: 'step', id: 'load', progress: 0.5 },
      { kind: 'message', message: 'half', level: 'warning', context: { rows: 3 } },
      { kind: 'log', text: 'one\n' },
      { kind: 'log', text: 'two\ud800\n' },
    );
    assert.deepEqual(detail(id).progress, { current: 25, total: 100, message: null, phase: 'Load' });
    assert.equal(bench.logs.texts.get(`${id}/1`), 'one\ntwo\ufffd\n');
    const reply = await report(id, { kind: 'complete', result: { rows: 9 }, message: 'done' });
    assert.deepEqual(reply, { jobId: id, taken: true, status: 'completed', cancelRequested: false });
    const job = detail(id);
    assert.deepEqual([job.status, job.exitCode, job.result, job.error], ['completed', null, { rows: 9 }, null]);
    assert.deepEqual(job.progress, { current: 50, total: 100, message: 'done', phase: null });
    assert.deepEqual(
      job.steps.map(({ status }) => status),
      ['completed', 'pending'],
    );
    const message = job.events.find(({ kind }) => kind === 'message');
    assert.deepEqual([message?.level, message?.message, message?.context], ['warning', 'half', { rows: 3 }]);
  });

  it('keeps its own progress in addition to its steps', async () => {
    const id = await start({ steps: [{ id: 'a' }] });
    await report(id, { kind: 'progress', current: 3, total: 30 }, { kind: 'step', id: 'a', progress: 0.5 });
    assert.deepEqual(detail(id).progress, { current: 3, total: 30, message: null, phase: 'a' });
  });

  it('fails as its program reports, with the running step', async () => {
    const id = await start({ steps: [{ id: 'a' }] });
    await report(id, { kind: 'step', id: 'a' });
    await report(id, { kind: 'fail', message: 'no rows', code: 'NO_ROWS', details: 'Traceback …' });
    const job = detail(id);
    assert.deepEqual(job.error, { code: 'NO_ROWS', message: 'no rows', hint: null, details: 'Traceback …' });
    assert.deepEqual([job.status, job.steps[0]?.status], ['failed', 'failed']);
    assert.equal(job.events.at(-1)?.level, 'error');
  });

  it('has the headline of the traceback that its program reports', async () => {
    const id = await start();
    const details = 'Traceback (most recent call last):\n  File "/work/a.py", line 3, in <module>\nValueError: no rows';
    await report(id, { kind: 'fail', message: 'no rows', details });

    const place = { file: '/work/a.py', line: 3, column: null };
    assert.deepEqual(detail(id).error?.headline, { text: 'ValueError: no rows', place });
  });

  it('accepts nothing once it has finished: late reports return its status and change nothing', async () => {
    const id = await start();
    await report(id, { kind: 'complete' });
    const before = JSON.stringify(detail(id));
    for (const late of [
      { kind: 'progress', current: 1 },
      { kind: 'fail', message: 'no' },
      { kind: 'log', text: 'x' },
    ] as const) {
      assert.deepEqual(await report(id, late), {
        jobId: id,
        taken: false,
        status: 'completed',
        cancelRequested: false,
      });
    }
    assert.equal(JSON.stringify(detail(id)), before);
    await assert.rejects(bench.jobs.commands.retry(id), { code: 'ENGINE_NOT_CAPABLE' });
  });

  it('accepts each report once in any order, and no older progress', async () => {
    const id = await start();
    assert.equal(await sequenced(id, { kind: 'progress', current: 2, seq: 2 }), true);
    assert.equal(await sequenced(id, { kind: 'progress', current: 1, seq: 1 }), true);
    assert.equal(detail(id).progress?.current, 2);
    assert.equal(await sequenced(id, { kind: 'progress', current: 9, seq: 2 }), false);
    assert.equal(detail(id).progress?.current, 2);
    const say = { kind: 'message', message: 'once', seq: 3 } as const;
    assert.equal(await sequenced(id, say), true);
    await bench.crash();
    assert.equal(await sequenced(id, say), false);
    assert.equal(detail(id).events.filter(({ message }) => message === 'once').length, 1);
  });

  it('accepts batches of one turn together, each completely or not at all', async () => {
    const id = await start();
    const before = bench.store.rev();
    const outcomes = await Promise.all([
      report(id, { kind: 'progress', current: 1 }),
      report(id, { kind: 'progress', current: 7 }, { kind: 'step', id: 'none' }).catch((error) => error.code),
      report(id, { kind: 'progress', current: 5 }),
    ]);
    assert.deepEqual(
      outcomes.map((one) => one.taken ?? one),
      [true, 'UNKNOWN_STEP', true],
    );
    assert.deepEqual([detail(id).progress?.current, bench.store.rev()], [5, before + 1]);
  });

  it('accepts reports again after the disk was full', async () => {
    const id = await start();
    const free = bench.fillDisk();
    await assert.rejects(report(id, { kind: 'heartbeat' }), { code: 'STORAGE_FULL' });
    free();
    assert.equal((await report(id, { kind: 'progress', current: 1 })).taken, true);
  });

  it('does not affect others that report at the same time if its log fails', async () => {
    const [a, b] = [await start(), await start()];
    bench.logs.failing = true;
    const both = [
      report(a, { kind: 'progress', current: 1 }, { kind: 'log', text: 'x' }).catch((error) => error.code),
      report(b, { kind: 'progress', current: 1 }),
    ];
    const [refused, taken] = await Promise.all(both);
    assert.deepEqual([refused, taken.taken], ['STORAGE_FAILED', true]);
    assert.deepEqual([detail(a).progress, detail(b).progress?.current], [null, 1]);
  });

  it('is notified of a cancel by every reply, and over a connection at once', async () => {
    const id = await start();
    const told: string[] = [];
    bench.reported.onCancel((jobId) => told.push(jobId));
    await bench.jobs.commands.cancel(id);
    assert.deepEqual(told, [id]);
    assert.equal((await report(id, { kind: 'heartbeat' })).cancelRequested, true);
    assert.equal(bench.jobs.programs.progress(id).cancelRequested, true);
    await report(id, { kind: 'fail', message: 'stopped', cancelled: true });
    assert.deepEqual([detail(id).status, detail(id).error], ['cancelled', null]);
  });

  it('completes or fails as reported despite a cancel', async () => {
    for (const [last, status] of [
      [{ kind: 'complete' }, 'completed'],
      [{ kind: 'fail', message: 'x' }, 'failed'],
    ] as const) {
      const id = await start();
      await bench.jobs.commands.cancel(id);
      await report(id, last);
      assert.equal(detail(id).status, status);
    }
  });

  describe('that does not report', () => {
    it('fails exactly when its heartbeat timeout has passed, with one timer', async () => {
      const id = await start({ heartbeatMs: 60_000, steps: [{ id: 'a' }] });
      await report(id, { kind: 'step', id: 'a' });
      await pass(40_000);
      await report(id, { kind: 'heartbeat' });
      await pass(59_000);
      assert.equal(detail(id).status, 'running');
      assert.equal(bench.clock.timers.length, 1);
      await pass(1_500);
      const { status, error, steps } = detail(id);
      assert.deepEqual([status, error?.code, steps[0]?.status], ['failed', 'HEARTBEAT_LOST', 'failed']);
      assert.deepEqual([error?.message, error?.params], ['The job did not report for 1 min.', { time: 60_000 }]);
      assert.match(error?.hint ?? '', /\w/);
      assert.equal(bench.clock.timers.length, 0);
    });

    it('names the window that tracked it if that is gone', async () => {
      const id = await start({ heartbeatMs: 60_000, metadata: { trackedBy: trackedByWindow } });
      await pass(61_000);
      const { error } = detail(id);
      assert.equal(error?.code, 'HEARTBEAT_LOST');
      assert.equal(error?.variant, 'window');
    });

    it('has a heartbeat timeout of ten minutes by default', async () => {
      const id = await start();
      await pass(599_000);
      assert.equal(detail(id).status, 'running');
      await pass(2_000);
      assert.equal(detail(id).error?.code, 'HEARTBEAT_LOST');
    });

    it('has its full timeout again after a restart of the daemon', async () => {
      const id = await start({ heartbeatMs: 60_000 });
      bench.clock.time += 3_600_000 / 4;
      await bench.crash();
      await dispatched(bench);
      assert.equal(detail(id).status, 'running');
      await pass(58_000);
      assert.equal(detail(id).status, 'running');
      await pass(3_000);
      assert.equal(detail(id).error?.code, 'HEARTBEAT_LOST');
    });

    it('has its full timeout again after the machine slept or the clock was set ahead', async () => {
      const id = await start({ heartbeatMs: 60_000, timeLimitMs: null });
      bench.clock.leap(3_600_000);
      await pass(60_500);
      assert.equal(detail(id).status, 'running');
      await pass(58_000);
      assert.equal(detail(id).status, 'running');
      await pass(3_000);
      assert.equal(detail(id).error?.code, 'HEARTBEAT_LOST');
    });

    it('counts as cancelled after a cancel', async () => {
      const id = await start({ heartbeatMs: 60_000 });
      await bench.jobs.commands.cancel(id);
      await pass(61_000);
      assert.deepEqual([detail(id).status, detail(id).error], ['cancelled', null]);
    });
  });

  describe('beyond its timeout', () => {
    it('fails although nothing can be stopped, and its program is notified', async () => {
      const told: string[] = [];
      bench.reported.onCancel((jobId) => told.push(jobId));
      const id = await start({ timeLimitMs: 60_000 });
      await pass(61_000);
      assert.deepEqual([detail(id).status, detail(id).error?.code], ['failed', 'TIME_LIMIT']);
      assert.match(detail(id).error?.message ?? '', /1 min/);
      assert.deepEqual(told, [id]);
      assert.equal((await report(id, { kind: 'progress', current: 1 })).taken, false);
    });

    it('which is half an hour by default, and none with null', async () => {
      const [limited, free] = [
        await start({ heartbeatMs: 7_200_000 }),
        await start({ heartbeatMs: 7_200_000, timeLimitMs: null }),
      ];
      await bench.jobs.queues.set('default', { timeLimitMs: 1000 });
      await pass(1_790_000);
      assert.equal(detail(limited).status, 'running');
      await pass(20_000);
      assert.deepEqual([detail(limited).error?.code, detail(free).status], ['TIME_LIMIT', 'running']);
    });
  });

  describe('rejects without any change', () => {
    const refused = async (code: string, message: RegExp, ...reports: Report[]) => {
      const id = await start({ total: 10 });
      const before = JSON.stringify(detail(id));
      await assert.rejects(report(id, { kind: 'progress', current: 1 }, ...reports), (error: unknown) => {
        const { code: got, message: text } = error as { code: string; message: string };
        assert.equal(got, code);
        assert.match(text, message);
        return true;
      });
      assert.equal(JSON.stringify(detail(id)), before);
    };

    it('progress above the total', () => refused('INVALID_REQUEST', /11.*10/, { kind: 'progress', current: 11 }));
    it('an unknown step', () => refused('UNKNOWN_STEP', /no step x/, { kind: 'step', id: 'x' }));
    it('a context that is too large', () =>
      refused('INVALID_REQUEST', /context/, { kind: 'message', message: 'm', context: 'x'.repeat(70_000) }));
    it('an unknown job', () => assert.rejects(report('none', { kind: 'heartbeat' }), { code: 'JOB_NOT_FOUND' }));
    it('a result that is nested too deeply', async () => {
      const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
      await refused('INVALID_REQUEST', /nested/, { kind: 'result', result: deep });
    });
  });

  it('limits progress that only exceeds the total because an earlier report is missing', async () => {
    const id = await start({ total: 10 });
    await sequenced(id, { kind: 'progress', current: 15, seq: 2 });
    assert.equal(detail(id).progress?.current, 10);
  });

  it('replaces control characters', async () => {
    const id = await start({ title: 'a\u001b[2Jb\nc' });
    await report(
      id,
      { kind: 'message', message: '\u001b]0;x\u0007\u0000' },
      { kind: 'progress', current: 1, message: '\u009b31m' },
    );
    const job = detail(id);
    assert.equal(job.title, 'a\ufffd[2Jb c');
    assert.equal(job.events.at(-1)?.message, '\ufffd]0;x\ufffd\ufffd');
    assert.equal(job.progress?.message, '\ufffd31m');
  });

  it('limits its timeline, and removes the oldest unimportant entries first', async () => {
    const id = await start();
    await report(id, { kind: 'message', message: 'kept', level: 'error' });
    const many = Array.from({ length: 1000 }, (_, n): Report => ({ kind: 'message', message: `m${n}` }));
    for (let n = 0; n < 11; n += 1) await report(id, ...many);
    const rows = bench.store.read((reads) => reads.events.count(id));
    assert.ok(rows <= maxEvents, String(rows));
    assert.equal(detail(id).events.at(-1)?.message, 'm999');
  }).timeout(20_000);
});

describe('a local job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('may report its progress, but not its end', async () => {
    const { jobId } = await startJob(bench);
    const report = async (...reports: Report[]) => (await bench.jobs.programs.report([{ jobId, reports }]))[0];
    await report({ kind: 'steps', steps: [{ id: 'a' }] }, { kind: 'step', id: 'a' }, { kind: 'progress', percent: 40 });
    await report({ kind: 'result', result: 7 }, { kind: 'message', message: 'hi' });
    const job = bench.store.detail(jobId);
    assert.deepEqual([job?.progress?.current, job?.result, job?.steps.length], [40, 7, 1]);
    for (const one of [{ kind: 'complete' }, { kind: 'fail', message: 'x' }, { kind: 'log', text: 'x' }] as const) {
      const outcome = await report(one);
      assert.ok(outcome instanceof Error && 'code' in outcome);
      assert.equal(outcome.code, 'ENGINE_NOT_CAPABLE');
    }
    assert.equal(bench.store.job(jobId)?.status, 'running');
  });

  it('accepts reports from the first again after a retry', async () => {
    const { jobId } = await startJob(bench);
    const report = async (current: number) => {
      const reports: Report[] = [{ kind: 'progress', current, seq: 1 }];
      const [outcome] = await bench.jobs.programs.report([{ jobId, client: 'c', reports }]);
      return outcome instanceof Error ? outcome.message : outcome?.taken;
    };
    assert.deepEqual([await report(1), await report(2)], [true, false]);
    await bench.jobs.attempts.ended(bench.engine.launch(jobId), exit(1, bench.clock.now()));
    await bench.jobs.commands.retry(jobId);
    await bench.engine.launched(2);
    await bench.jobs.attempts.started(bench.engine.launch(jobId), { pid: 1, startedAt: bench.clock.now() });
    assert.equal(await report(3), true);
    assert.equal(bench.store.job(jobId)?.progress?.current, 3);
  });

  it('accepts none while it waits', async () => {
    const { id } = await bench.jobs.submissions.submit({ command: { argv: ['true'] }, hold: true });
    const [outcome] = await bench.jobs.programs.report([{ jobId: id, reports: [{ kind: 'heartbeat' }] }]);
    assert.ok(outcome instanceof Error && 'code' in outcome);
    assert.equal(outcome.code, 'JOB_NOT_RUNNING');
  });
});
