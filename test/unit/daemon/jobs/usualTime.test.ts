import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, exit, openBench, startJob } from './bench.ts';

describe('the usual run time of a job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  /** A job of this type that ran for some time and ended with a status. */
  async function ran(seconds: number, { type = 'build', argv = ['true'], exitCode = 0 } = {}): Promise<void> {
    const launch = await startJob(bench, { type, command: { argv } });
    bench.clock.time += seconds * 1000 - 1;
    await bench.jobs.attempts.ended(launch, exit(exitCode, bench.clock.now()));
  }

  /** The usual time, in whole seconds, of a job that starts now. */
  async function usual(type = 'build', argv = ['true']): Promise<number | null> {
    const { jobId } = await startJob(bench, { type, command: { argv } });
    const ms = bench.store.detail(jobId)?.usualMs ?? null;
    return ms === null ? null : Math.round(ms / 1000);
  }

  it('is unknown before three jobs have completed', async () => {
    for (const seconds of [10, 20]) await ran(seconds);
    assert.equal(await usual(), null);
    await ran(30);
    assert.equal(await usual(), 20);
  });

  it('is the median, which one very long run does not change', async () => {
    for (const seconds of [10, 12, 9_000]) await ran(seconds);
    assert.equal(await usual(), 12);
  });

  it('is based on completed jobs of the same type', async () => {
    for (const seconds of [10, 10, 10]) await ran(seconds, { type: 'test' });
    for (const seconds of [10, 10, 10]) await ran(seconds, { exitCode: 1 });
    assert.equal(await usual(), null);
    assert.equal(await usual('test'), 10);
  });

  it('is based on the same command line if enough of these jobs have completed', async () => {
    for (const seconds of [10, 10, 10, 10]) await ran(seconds, { argv: ['true', 'all'] });
    for (const seconds of [100, 100]) await ran(seconds);
    assert.equal(await usual(), 10);
    await ran(100);
    assert.equal(await usual(), 100);
  });

  it('is based on the latest fifty jobs', async () => {
    for (let n = 0; n < 60; n += 1) await ran(10);
    for (let n = 0; n < 26; n += 1) await ran(20);
    assert.equal(await usual(), 20);
  });
});
