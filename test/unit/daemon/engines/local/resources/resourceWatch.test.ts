import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Use } from '../../../../../../daemon/engines/local/resources/processUsage.ts';
import { ResourceWatch } from '../../../../../../daemon/engines/local/resources/resourceWatch.ts';
import { ManualClock } from '../../../manualClock.ts';

describe('watching what jobs use', () => {
  let clock: ManualClock;
  let watch: ResourceWatch;
  let uses: Map<number, Use>;
  let looks: number[][];
  let problems: unknown[];
  beforeEach(() => {
    clock = new ManualClock();
    uses = new Map();
    looks = [];
    problems = [];
    watch = new ResourceWatch({
      clock,
      onProblem: (error) => problems.push(error),
      uses: async (jobs) => {
        looks.push([...jobs]);
        return new Map([...uses].filter(([job]) => jobs.has(job)));
      },
    });
  });

  const use = (memoryBytes: number, more: Partial<Use> = {}): Use => ({
    ...{ processes: 1, cpuMs: 0, memoryBytes, largestBytes: 0 },
    ...more,
  });
  /** Lets what was promised happen. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  async function pass(ms: number): Promise<void> {
    clock.pass(ms);
    await settle();
  }

  it('has a timer only while there is a job', () => {
    assert.equal(clock.waiting, 0);
    watch.add(1);
    watch.add(2);
    assert.equal(clock.waiting, 1);
    watch.remove(1);
    assert.equal(clock.waiting, 1);
    watch.remove(2);
    assert.equal(clock.waiting, 0);
  });

  it('has no timer any more once it is closed', () => {
    watch.add(1);
    watch.close();
    watch.add(2);

    assert.equal(clock.waiting, 0);
  });

  it('looks for peaks after a second, then ever more seldom, then every 16 seconds', async () => {
    watch.add(1);
    const at: number[] = [];
    for (let second = 1; second <= 64; second += 1) {
      const before = looks.length;
      await pass(1_000);
      if (looks.length > before) at.push(second);
    }

    assert.deepEqual(at, [1, 3, 7, 15, 31, 47, 63]);
  });

  it('keeps the most that was seen, also what one process had between two looks', async () => {
    watch.add(1);
    watch.add(2);
    uses.set(1, use(500)).set(2, use(100, { largestBytes: 900 }));
    await pass(1_000);
    uses.set(1, use(200)).set(2, use(100));
    await pass(2_000);

    assert.deepEqual([watch.remove(1), watch.remove(2)], [500, 900]);
  });

  it('knows no peak of a job it has not seen', () => {
    watch.add(1);

    assert.deepEqual([watch.remove(1), watch.remove(7)], [null, null]);
  });

  it('tells the share of a processor since the first look', async () => {
    watch.add(1);
    uses.set(1, use(500, { cpuMs: 1_000, processes: 3 }));
    const looking = watch.look(1);
    await settle();
    uses.set(1, use(400, { cpuMs: 1_450, processes: 3 }));
    await pass(300);

    assert.deepEqual(await looking, { cpuPercent: 150, memoryBytes: 400, peakMemoryBytes: 500, processes: 3 });
  });

  it('tells it since the look before when that is not long ago', async () => {
    watch.add(1);
    uses.set(1, use(1));
    const first = watch.look(1);
    await settle();
    await pass(300);
    await first;
    clock.pass(500);
    uses.set(1, use(1, { cpuMs: 100 }));

    assert.equal((await watch.look(1))?.cpuPercent, 20);
  });

  it('never tells less than nothing, as when processes took their time with them', async () => {
    watch.add(1);
    uses.set(1, use(1, { cpuMs: 5_000 }));
    const looking = watch.look(1);
    await settle();
    uses.set(1, use(1, { cpuMs: 10 }));
    await pass(300);

    assert.equal((await looking)?.cpuPercent, 0);
  });

  it('tells nothing of a job that is not there', async () => {
    assert.equal(await watch.look(1), null);
    watch.add(1);
    assert.equal(await watch.look(1), null);
  });

  it('says what keeps it from looking, and looks again', async () => {
    const failing = new ResourceWatch({
      clock,
      onProblem: (error) => problems.push(error),
      uses: async () => {
        throw new Error('no ps');
      },
    });
    failing.add(1);
    await pass(1_000);

    assert.equal(problems.length, 1);
    assert.equal(clock.waiting, 1);
  });
});
