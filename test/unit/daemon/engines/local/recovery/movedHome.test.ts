import assert from 'node:assert/strict';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Bench } from '../bench.ts';

describe('while the home is moved away from a daemon', () => {
  let bench: Bench;
  let moved: string;
  beforeEach(() => {
    bench = new Bench();
    moved = `${bench.home}.moved`;
  });
  afterEach(async () => {
    if (existsSync(moved)) renameSync(moved, bench.home);
    await bench.dispose();
  });

  const left = { cancelRequested: false, paused: false } as const;

  it('no job is launched, and none fails', async () => {
    const { engine, reported } = await bench.engine('sh');
    renameSync(bench.home, moved);
    const launch = bench.launch(['true'], { cwd: '/' });
    await engine.start(launch);

    assert.equal(existsSync(bench.home), false);
    assert.deepEqual(reported.all, []);
    renameSync(moved, bench.home);
    assert.equal((await reported.outcome(launch)).exitCode, 0);
  });

  for (const status of ['starting', 'running'] as const) {
    it(`a launch without a run folder is neither launched again nor failed: ${status}`, async () => {
      const { engine, reported } = await bench.engine('sh');
      const launch = bench.launch(['true']);
      await bench.folder(launch).create();
      renameSync(bench.home, moved);
      await engine.recover([{ ...launch, ...left, status }]);

      assert.equal(existsSync(bench.home), false);
      assert.deepEqual(reported.all, []);
      renameSync(moved, bench.home);
      await reported.next(status === 'starting' ? 'neverStarted' : 'ended', launch);
    });
  }

  it('a job that ends keeps its exit status', async () => {
    const { engine, reported } = await bench.engine('sh');
    const launch = bench.launch(['sh', '-c', 'echo ready; until [ -e release ]; do sleep 0.02; done; exit 3']);
    await engine.start(launch);
    await bench.prints(launch, 'ready');
    await reported.next('started', launch);
    const isFailing = new Promise<void>((resolve) => bench.onProblem(() => resolve()));
    renameSync(bench.home, moved);
    writeFileSync(join(moved, 'release'), '');
    await isFailing;

    assert.deepEqual(
      reported.of(launch).map(({ kind }) => kind),
      ['started'],
    );
    renameSync(moved, bench.home);
    assert.equal((await reported.outcome(launch)).exitCode, 3);
  });
});
