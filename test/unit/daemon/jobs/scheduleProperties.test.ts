import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { nextRuns } from '../../../../daemon/scheduling/cron.ts';
import { CatchUp, Overlap } from '../../../../shared/schedule.ts';
import { type Bench, dispatched, exit, openBench } from './bench.ts';
import { hourly, minute, passTo, sleepTo } from './schedules.ts';

type Step =
  | { do: 'pass' | 'sleep'; minutes: number }
  | { do: 'back'; minutes: number }
  | { do: 'crash'; away: number; settled: boolean }
  | { do: 'end'; which: number; exitCode: number };

const cron = '*/20 * * * *';
const minutes = fc.integer({ min: 1, max: 60 });
// Few and short steps, so that the history keeps everything.
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('pass' as const, 'sleep' as const), minutes }) },
  // In total less than the three hours from which the clock counts as corrected.
  fc.record({ do: fc.constant('back' as const), minutes: fc.integer({ min: 1, max: 8 }) }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      away: fc.integer({ min: 0, max: 60 }),
      settled: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(9), exitCode: fc.constantFrom(0, 1) }),
  },
);

/** Runs steps on a real store, with crashes, and checks the invariants after each. */
class Walk {
  readonly bench: Bench;
  readonly catchUp: CatchUp;
  readonly overlap: Overlap;
  /** All times that can be due during the walk. */
  #times: number[] = [];

  constructor(bench: Bench, catchUp: CatchUp, overlap: Overlap) {
    this.bench = bench;
    this.catchUp = catchUp;
    this.overlap = overlap;
  }

  async begin(): Promise<void> {
    await this.bench.jobs.schedules.add(hourly({ cron, catchUp: this.catchUp, overlap: this.overlap }));
    this.#times = nextRuns(cron, 'UTC', this.bench.clock.time, 150);
  }

  async take(one: Step): Promise<void> {
    const { clock, jobs } = this.bench;
    if (one.do === 'end') {
      const running = this.#running();
      const id = running[one.which % running.length];
      if (id) await jobs.attempts.ended({ jobId: id, attempt: 1, launch: 1 }, exit(one.exitCode, clock.now()));
    } else if (one.do === 'crash') {
      // During a round or after it.
      clock.advance(one.away * minute);
      if (one.settled) await dispatched(this.bench);
      await this.bench.crash();
    } else if (one.do === 'back') {
      clock.time -= one.minutes * minute;
      // Timers keep their remaining time.
      for (const timer of clock.timers) timer.at -= one.minutes * minute;
    } else {
      const until = clock.time + one.minutes * minute;
      await (one.do === 'pass' ? passTo(this.bench, until) : sleepTo(this.bench, until));
    }
    await dispatched(this.bench);
    this.#check();
  }

  #check(): void {
    const { store, jobs } = this.bench;
    const { runs, nextRunAt } = jobs.schedules.detail('report');
    assert.ok(runs.length < 100, 'the history of the test does not hold everything');
    const next = Date.parse(nextRunAt ?? '');
    const due = this.#times.filter((at) => at < next);
    const dealtWith = runs.reduce((sum, { detail }) => sum + Number(detail?.params.count ?? 1), 0);
    assert.equal(dealtWith, due.length, JSON.stringify(runs));
    const times = runs.map(({ scheduledFor }) => Date.parse(scheduledFor ?? ''));
    assert.equal(new Set(times).size, times.length, 'a time came twice');
    for (const at of times) assert.ok(due.includes(at));

    const started = runs.filter(({ outcome }) => outcome === 'started');
    const made = store.list({ trigger: 'scheduled', limit: 500 }).jobs;
    assert.deepEqual(started.map(({ jobId }) => jobId).sort(), made.map(({ id }) => id).sort());
    for (const { jobId, scheduledFor } of started) {
      assert.deepEqual(store.detail(jobId ?? '')?.scope, { scheduledFor });
    }
    this.#checkPolicies(runs);
  }

  #checkPolicies(runs: ReturnType<Bench['jobs']['schedules']['detail']>['runs']): void {
    if (this.overlap !== 'allow') assert.ok(this.#running().length <= 1, 'two runs at the same time');
    if (this.overlap !== 'skip') assert.ok(runs.every(({ outcome }) => outcome !== 'skipped'));
    if (this.catchUp === 'all') assert.ok(runs.every(({ outcome }) => outcome !== 'missed'));
    if (this.catchUp !== 'none') return;
    for (const { outcome, at, scheduledFor } of runs) {
      if (outcome === 'started') assert.ok(Date.parse(at) - Date.parse(scheduledFor ?? '') <= minute);
    }
  }

  #running(): string[] {
    return this.bench.store.read((rows) => rows.attempts.unfinished()).map(({ jobId }) => jobId);
  }
}

describe('for random operations on a schedule, with clock changes and crashes at any point,', () => {
  it('each due time becomes a job or a history entry, once', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 20, size: 'max' }),
        fc.constantFrom(...CatchUp.enum),
        fc.constantFrom(...Overlap.enum),
        async (steps, catchUp, overlap) => {
          const bench = await openBench();
          try {
            const walk = new Walk(bench, catchUp, overlap);
            await walk.begin();
            for (const one of steps) await walk.take(one);
            assert.deepEqual(bench.problems, []);
          } finally {
            bench.end();
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
