import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { SubmitRequest } from '../../../../shared/protocol.ts';
import { isTerminal } from '../../../../shared/status.ts';
import { type Bench, dispatched, endJob, exit, openBench, request, startJob } from './bench.ts';

describe('a job with dependencies', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const submit = (changes: Partial<SubmitRequest>) => bench.jobs.submissions.submit(request(changes));
  const end = async (jobId: string, exitCode: number) => {
    await bench.jobs.attempts.ended(bench.engine.launch(jobId), exit(exitCode, bench.clock.now()));
    await dispatched(bench);
  };
  const status = (id: string) => bench.store.job(id)?.status;

  it('waits until they have completed, and shows their names', async () => {
    const [build, lint] = [await startJob(bench, { title: 'build' }), await startJob(bench, { title: 'lint' })];
    const job = await submit({ after: [build.jobId, lint.jobId] });
    assert.deepEqual(
      [job.status, job.waitReason, job.waitDetail?.message ?? null],
      ['waiting', 'dependency', '“build” and 1 other job'],
    );
    assert.deepEqual(
      job.dependencies.map(({ title, always, met }) => [title, always, met]),
      [
        ['build', false, false],
        ['lint', false, false],
      ],
    );
    await end(build.jobId, 0);
    assert.equal(bench.store.job(job.id)?.waitDetail?.message, '“lint”');
    await end(lint.jobId, 0);
    await bench.engine.launchedJob(job.id);
  });

  it('is cancelled with the reason when one fails, and so are its dependents', async () => {
    const build = await startJob(bench, { title: 'build' });
    const test = await submit({ title: 'test', after: [build.jobId] });
    const deploy = await submit({ after: [test.id] });
    const report = await submit({ afterAny: [test.id] });
    await end(build.jobId, 1);
    const cancelled = bench.store.detail(test.id);
    assert.equal(cancelled?.status, 'cancelled');
    assert.equal(cancelled?.error?.code, 'DEPENDENCY_FAILED');
    assert.equal(cancelled?.error?.message, `It depends on \`build\` (${build.jobId}), which failed.`);
    const entry = cancelled?.events.at(-1);
    assert.deepEqual(
      [entry?.code, entry?.message],
      ['timeline.dependencyFailed', `Cancelled. ${cancelled?.error?.message}`],
    );
    const { variant, params } = bench.store.job(deploy.id)?.error ?? {};
    assert.deepEqual([variant, params], ['cancelled', { title: 'test', id: test.id }]);
    await bench.engine.launchedJob(report.id);
  });

  it('is cancelled when one is cancelled, before or after it started', async () => {
    const [running, held] = [await startJob(bench), await submit({ hold: true })];
    const [a, b] = [await submit({ after: [running.jobId] }), await submit({ after: [held.id] })];
    await bench.jobs.commands.cancel(held.id);
    await bench.jobs.commands.cancel(running.jobId);
    assert.equal(status(a.id), 'waiting');
    await end(running.jobId, 143);
    assert.deepEqual([status(a.id), status(b.id)], ['cancelled', 'cancelled']);
  });

  it('runs with --after-any however the other job ends', async () => {
    for (const exitCode of [0, 1]) {
      const first = await startJob(bench);
      const job = await submit({ afterAny: [first.jobId] });
      await end(first.jobId, exitCode);
      await bench.engine.launchedJob(job.id);
    }
  });

  it('counts dependencies that had finished when it was submitted', async () => {
    const [completed, failed] = [await endJob(bench, 0), await endJob(bench, 1)];
    assert.equal((await submit({ after: [completed], afterAny: [failed] })).status, 'pending');
    const late = await submit({ after: [completed, failed] });
    assert.deepEqual([late.status, late.error?.code], ['cancelled', 'DEPENDENCY_FAILED']);
  });

  it('then waits for its start time and for its queue', async () => {
    const first = await startJob(bench);
    const notBefore = new Date(bench.clock.time + 60_000).toISOString();
    const job = await submit({ after: [first.jobId], notBefore });
    assert.equal(job.waitReason, 'dependency');
    await end(first.jobId, 0);
    assert.equal(bench.store.job(job.id)?.waitReason, 'delay');
    bench.clock.advance(61_000);
    await bench.engine.launchedJob(job.id);
  });

  it('is not affected when a completed dependency is removed', async () => {
    const [done, running] = [await endJob(bench, 0), await startJob(bench)];
    const job = await submit({ after: [done, running.jobId] });
    await bench.jobs.commands.remove(done);
    await end(running.jobId, 0);
    await bench.engine.launchedJob(job.id);
  });

  it('waits again for active dependencies when it is retried, and ignores failed ones', async () => {
    const build = await startJob(bench);
    const test = await submit({ after: [build.jobId] });
    await end(build.jobId, 1);
    await bench.jobs.commands.retry(build.jobId);
    await bench.engine.launched(2);
    assert.equal((await bench.jobs.commands.retry(test.id)).waitReason, 'dependency');
    await end(build.jobId, 1);
    assert.equal(status(test.id), 'cancelled');
    await bench.jobs.commands.retry(test.id);
    await bench.engine.launchedJob(test.id);
  });

  it('still waits after a restart, and learns of an end in between', async () => {
    const first = await startJob(bench);
    const job = await submit({ after: [first.jobId] });
    bench.next((engine, jobs) => {
      engine.onRecover = async ([left]) => {
        assert.ok(left);
        await jobs.attempts.ended(left, exit(0, bench.clock.now()));
      };
    });
    await bench.crash();
    await bench.engine.launchedJob(job.id);
  });

  it('is refused for an unknown job, or one named in both ways, and nothing is written', async () => {
    const id = await endJob(bench, 0);
    const rev = bench.store.rev();
    await assert.rejects(submit({ after: [id, 'nosuchjob0'] }), {
      code: 'JOB_NOT_FOUND',
      params: { id: 'nosuchjob0' },
    });
    await assert.rejects(submit({ after: [id], afterAny: [id] }), { code: 'INVALID_REQUEST' });
    assert.equal(bench.store.rev(), rev);
    assert.equal((await submit({ after: [id, id] })).dependencies.length, 1);
  });

  it('always ends when all its dependencies do, in any graph and with any outcomes', async function () {
    this.timeout(60_000);
    const job = fc.record({
      after: fc.array(fc.nat({ max: 20 }), { maxLength: 3 }),
      always: fc.boolean(),
      exitCode: fc.constantFrom(0, 1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(job, { minLength: 1, maxLength: 12 }), async (jobs) => {
        const own = await openBench();
        try {
          const ids: string[] = [];
          const codes = new Map<string, number>();
          own.engine.onStart = async (launch) => {
            for (const { jobId } of own.store.detail(launch.jobId)?.dependencies ?? []) {
              assert.ok(isTerminal(own.store.job(jobId)?.status ?? 'pending'));
            }
            await own.jobs.attempts.ended(launch, exit(codes.get(launch.jobId) ?? 0, own.clock.now()));
          };
          for (const { after, always, exitCode } of jobs) {
            const named = ids.length === 0 ? [] : after.map((index) => ids[index % ids.length] ?? '');
            const asked = always ? { afterAny: named } : { after: named };
            // Held until its exit code is chosen.
            const { id } = await own.jobs.submissions.submit(request({ ...asked, hold: true }));
            ids.push(id);
            codes.set(id, exitCode);
          }
          for (const id of ids.toReversed())
            if (own.store.job(id)?.status === 'waiting') await own.jobs.commands.release(id);
          await own.settled((store) => ids.every((id) => isTerminal(store.job(id)?.status ?? 'pending')));
          assert.deepEqual(own.problems, []);
        } finally {
          own.end();
        }
      }),
      { numRuns: 25 },
    );
  });
});
