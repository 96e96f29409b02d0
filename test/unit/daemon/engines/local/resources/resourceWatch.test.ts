import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Usage } from '../../../../../../daemon/engines/local/resources/processUsage.ts';
import { ResourceWatch } from '../../../../../../daemon/engines/local/resources/resourceWatch.ts';
import { ManualClock } from '../../../manualClock.ts';

describe('watching the resource usage of jobs', () => {
  let clock: ManualClock;
  let watch: ResourceWatch;
  let usages: Map<number, Usage>;
  let readings: number[][];
  let problems: unknown[];
  beforeEach(() => {
    clock = new ManualClock();
    usages = new Map();
    readings = [];
    problems = [];
    watch = new ResourceWatch({
      clock,
      onProblem: (error) => problems.push(error),
      readUsage: async (jobs) => {
        readings.push([...jobs]);
        return new Map([...usages].filter(([job]) => jobs.has(job)));
      },
    });
  });

  const usage = (memoryBytes: number, more: Partial<Usage> = {}): Usage => ({
    processes: 1,
    cpuMs: 0,
    memoryBytes,
    largestBytes: 0,
    ...more,
  });
  /** Lets pending promises settle. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  async function pass(ms: number): Promise<void> {
    clock.pass(ms);
    await settle();
  }

  it('has a timer only while there are jobs', () => {
    assert.equal(clock.waiting, 0);
    watch.add(1);
    watch.add(2);
    assert.equal(clock.waiting, 1);
    watch.remove(1);
    assert.equal(clock.waiting, 1);
    watch.remove(2);
    assert.equal(clock.waiting, 0);
  });

  it('has no timer after it is closed', () => {
    watch.add(1);
    watch.close();
    watch.add(2);

    assert.equal(clock.waiting, 0);
  });

  it('samples peaks after a second, then at growing intervals, then every 16 seconds', async () => {
    watch.add(1);
    const at: number[] = [];
    for (let second = 1; second <= 64; second += 1) {
      const before = readings.length;
      await pass(1_000);
      if (readings.length > before) at.push(second);
    }

    assert.deepEqual(at, [1, 3, 7, 15, 31, 47, 63]);
  });

  it('keeps the highest value, including the peak of a single process between two samples', async () => {
    watch.add(1);
    watch.add(2);
    usages.set(1, usage(500)).set(2, usage(100, { largestBytes: 900 }));
    await pass(1_000);
    usages.set(1, usage(200)).set(2, usage(100));
    await pass(2_000);

    assert.deepEqual([watch.remove(1), watch.remove(2)], [500, 900]);
  });

  it('has no peak for a job that was never measured', () => {
    watch.add(1);

    assert.deepEqual([watch.remove(1), watch.remove(7)], [null, null]);
  });

  it('measures the CPU usage since the first reading', async () => {
    watch.add(1);
    usages.set(1, usage(500, { cpuMs: 1_000, processes: 3 }));
    const measuring = watch.measure(1);
    await settle();
    usages.set(1, usage(400, { cpuMs: 1_450, processes: 3 }));
    await pass(300);

    assert.deepEqual(await measuring, { cpuPercent: 150, memoryBytes: 400, peakMemoryBytes: 500, processes: 3 });
  });

  it('measures it since the previous reading if that is recent', async () => {
    watch.add(1);
    usages.set(1, usage(1));
    const first = watch.measure(1);
    await settle();
    await pass(300);
    await first;
    clock.pass(500);
    usages.set(1, usage(1, { cpuMs: 100 }));

    assert.equal((await watch.measure(1))?.cpuPercent, 20);
  });

  it('never returns a negative CPU usage, for example after processes have ended', async () => {
    watch.add(1);
    usages.set(1, usage(1, { cpuMs: 5_000 }));
    const measuring = watch.measure(1);
    await settle();
    usages.set(1, usage(1, { cpuMs: 10 }));
    await pass(300);

    assert.equal((await measuring)?.cpuPercent, 0);
  });

  it('returns null for a job without processes', async () => {
    assert.equal(await watch.measure(1), null);
    watch.add(1);
    assert.equal(await watch.measure(1), null);
  });

  it('reports a failed measurement, and tries again', async () => {
    const failing = new ResourceWatch({
      clock,
      onProblem: (error) => problems.push(error),
      readUsage: async () => {
        throw new Error('no ps');
      },
    });
    failing.add(1);
    await pass(1_000);

    assert.equal(problems.length, 1);
    assert.equal(clock.waiting, 1);
  });
});
