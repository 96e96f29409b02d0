import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { DefinitionRef } from '../../../../shared/job.ts';
import { type Bench, exit, openBench, startJob } from './bench.ts';

describe('the usual run time of a job', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  /** A job of this type that ran for some time and ended with a status. */
  async function ran(
    seconds: number,
    {
      type = 'build',
      argv = ['true'],
      exitCode = 0,
      cwd = tmpdir(),
      definition = undefined as DefinitionRef | undefined,
    } = {},
  ): Promise<void> {
    const launch = await startJob(bench, { type, command: { argv }, cwd, definition });
    bench.clock.time += seconds * 1000 - 1;
    await bench.jobs.attempts.ended(launch, exit(exitCode, bench.clock.now()));
  }

  /** The usual time, in whole seconds, of a job that starts now. */
  async function usual(type = 'build', argv = ['true'], definition?: DefinitionRef): Promise<number | null> {
    const { jobId } = await startJob(bench, { type, command: { argv }, definition });
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

  it('is based on completed jobs', async () => {
    for (const seconds of [10, 10, 10]) await ran(seconds, { exitCode: 1 });
    assert.equal(await usual(), null);
  });

  it('is not based on other commands of the same type', async () => {
    for (const seconds of [10, 10, 10]) await ran(seconds, { type: 'shell', argv: ['sleep', String(seconds)] });
    assert.equal(await usual('shell', ['sleep', '26']), null);
    assert.equal(await usual('shell', ['sleep', '10']), 10);
  });

  it('is not based on the same command line in another folder', async () => {
    for (const seconds of [10, 10, 10]) await ran(seconds, { cwd: '/' });
    assert.equal(await usual(), null);
  });

  it('is that of the same definition, whatever its command line, before that of the same command line', async () => {
    const definition = { file: '/app/.vscode/jobs.json', name: 'build' };
    for (const seconds of [10, 11, 12]) await ran(seconds, { definition, argv: ['echo', String(seconds)] });
    for (const seconds of [50, 50, 50]) await ran(seconds);
    assert.equal(await usual('build', ['true'], definition), 11);
    assert.equal(await usual('build', ['true'], { ...definition, file: '/other/.vscode/jobs.json' }), 50);
  });

  it('is based on the latest fifty jobs', async () => {
    for (let n = 0; n < 60; n += 1) await ran(10);
    for (let n = 0; n < 26; n += 1) await ran(20);
    assert.equal(await usual(), 20);
  });
});
