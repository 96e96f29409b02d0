import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Usage } from '../../../../../../daemon/engines/local/resources/processUsage.ts';
import { ResourceWatch } from '../../../../../../daemon/engines/local/resources/resourceWatch.ts';
import { ManualClock } from '../../../manualClock.ts';
import { aJob, aProcess } from '../processes/builders.ts';

const [one, two, other] = [aJob(1), aJob(2), aJob(7)];

describe('watching the resource usage of jobs', () => {
  let clock: ManualClock;
  let watch: ResourceWatch;
  let usages: Map<number, Usage>;
  let readings: number[];
  let problems: unknown[];
  beforeEach(() => {
    clock = new ManualClock();
    usages = new Map();
    readings = [];
    problems = [];
    watch = new ResourceWatch({
      clock,
      onProblem: (error) => problems.push(error),
      look: async ({ supervisor }) => {
        readings.push(supervisor);
        return [aProcess(supervisor)];
      },
      usageOf: ([process]) => usages.get(process?.pid ?? 0) ?? null,
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
    watch.add(one);
    watch.add(two);
    assert.equal(clock.waiting, 1);
    watch.remove(one);
    assert.equal(clock.waiting, 1);
    watch.remove(two);
    assert.equal(clock.waiting, 0);
  });

  it('has no timer after it is closed', () => {
    watch.add(one);
    watch.close();
    watch.add(two);

    assert.equal(clock.waiting, 0);
  });

  it('samples peaks after a second, then at growing intervals, then every 16 seconds', async () => {
    watch.add(one);
    const at: number[] = [];
    for (let second = 1; second <= 64; second += 1) {
      const before = readings.length;
      await pass(1_000);
      if (readings.length > before) at.push(second);
    }

    assert.deepEqual(at, [1, 3, 7, 15, 31, 47, 63]);
  });

  it('keeps the highest value, including the peak of a single process between two samples', async () => {
    watch.add(one);
    watch.add(two);
    usages.set(1, usage(500)).set(2, usage(100, { largestBytes: 900 }));
    await pass(1_000);
    usages.set(1, usage(200)).set(2, usage(100));
    await pass(2_000);

    assert.deepEqual([watch.remove(one), watch.remove(two)], [500, 900]);
  });

  it('has no peak for a job that was never measured', () => {
    watch.add(one);

    assert.deepEqual([watch.remove(one), watch.remove(other)], [null, null]);
  });

  it('measures the CPU usage since the first reading', async () => {
    watch.add(one);
    usages.set(1, usage(500, { cpuMs: 1_000, processes: 3 }));
    const measuring = watch.measure(one);
    await settle();
    usages.set(1, usage(400, { cpuMs: 1_450, processes: 3 }));
    await pass(300);

    assert.deepEqual(await measuring, { cpuPercent: 150, memoryBytes: 400, peakMemoryBytes: 500, processes: 3 });
  });

  it('measures it since the previous reading if that is recent', async () => {
    watch.add(one);
    usages.set(1, usage(1));
    const first = watch.measure(one);
    await settle();
    await pass(300);
    await first;
    clock.pass(500);
    usages.set(1, usage(1, { cpuMs: 100 }));

    assert.equal((await watch.measure(one))?.cpuPercent, 20);
  });

  it('never returns a negative CPU usage, for example after processes have ended', async () => {
    watch.add(one);
    usages.set(1, usage(1, { cpuMs: 5_000 }));
    const measuring = watch.measure(one);
    await settle();
    usages.set(1, usage(1, { cpuMs: 10 }));
    await pass(300);

    assert.equal((await measuring)?.cpuPercent, 0);
  });

  it('returns null for a job without processes', async () => {
    assert.equal(await watch.measure(one), null);
    watch.add(one);
    assert.equal(await watch.measure(one), null);
  });

  it('reports a failed measurement, and tries again', async () => {
    const failing = new ResourceWatch({
      clock,
      onProblem: (error) => problems.push(error),
      look: async () => {
        throw new Error('no ps');
      },
    });
    failing.add(one);
    await pass(1_000);

    assert.equal(problems.length, 1);
    assert.equal(clock.waiting, 1);
  });
});
