import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Priority } from '../../../../shared/job.ts';
import { type Bench, dispatched, exit, openBench, request } from './bench.ts';

type Step =
  | { do: 'submit'; queue: string; priority: Priority }
  | { do: 'end'; which: number; exitCode: number }
  | { do: 'cancel' | 'rescue' | 'start'; which: number }
  | { do: 'priority'; which: number; priority: Priority }
  | { do: 'size'; concurrency: number | null }
  | { do: 'pause' | 'resume' | 'crash' | 'rescueAll' }
  | { do: 'pass'; ms: number };

const rate = { count: 2, periodMs: 10_000 };
const which = fc.nat({ max: 50 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      queue: fc.constantFrom('sized', 'rated'),
      priority: fc.constantFrom(...Priority.enum),
    }),
  },
  fc.record({ do: fc.constant('rescueAll' as const) }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), which, exitCode: fc.constantFrom(0, 1) }) },
  fc.record({ do: fc.constantFrom('cancel' as const, 'rescue' as const, 'start' as const), which }),
  fc.record({ do: fc.constant('priority' as const), which, priority: fc.constantFrom(...Priority.enum) }),
  fc.record({ do: fc.constant('size' as const), concurrency: fc.option(fc.integer({ min: 1, max: 3 })) }),
  fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const, 'crash' as const) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 12_000 }) }),
);

/** Runs steps on a real store, with crashes, and checks the invariants after each. */
class Walk {
  readonly bench: Bench;
  readonly submitted: { id: string; queue: string; priority: Priority }[] = [];
  concurrency: number | null = 1;
  paused = false;

  constructor(bench: Bench) {
    this.bench = bench;
  }

  async take(one: Step): Promise<void> {
    const { jobs, clock } = this.bench;
    let before = new Set(this.#running('sized'));
    if (one.do === 'submit') {
      const { id } = await jobs.submissions.submit(request({ queue: one.queue, priority: one.priority }));
      this.submitted.push({ id, queue: one.queue, priority: one.priority });
    } else if (one.do === 'end') {
      const running = [...this.#running('sized'), ...this.#running('rated')];
      const id = running[one.which % running.length];
      if (id) await jobs.attempts.ended({ jobId: id, attempt: 1, launch: 1 }, exit(one.exitCode, clock.now()));
    } else if (one.do === 'cancel') {
      const waiting = this.#waiting('sized');
      const id = waiting[one.which % waiting.length]?.id;
      if (id) await jobs.commands.cancel(id);
    } else if (one.do === 'start') {
      const waiting = this.#waiting('sized');
      const id = waiting[one.which % waiting.length]?.id;
      if (id) {
        assert.equal((await jobs.commands.start(id)).attempt, 1);
        assert.equal((await jobs.commands.start(id)).attempt, 1, 'it started twice');
        // The others are as many as may start, whatever was started by hand.
        before = new Set([...before, id]);
      }
    } else if (one.do === 'priority') {
      const waiting = [...this.#waiting('sized'), ...this.#waiting('rated')];
      const id = waiting[one.which % waiting.length]?.id;
      const job = this.submitted.find((each) => each.id === id);
      if (job) job.priority = (await jobs.commands.setPriority(job.id, one.priority)).priority;
    } else if (one.do === 'rescue') {
      const active = [...this.#running('sized'), ...this.#waiting('rated').map(({ id }) => id)];
      const id = active[one.which % active.length];
      if (id) assert.equal((await jobs.commands.forceFail(id)).status, 'failed');
    } else if (one.do === 'rescueAll') {
      const launches = this.bench.engine.launches.length;
      await jobs.commands.forceFailAll({ confirm: true });
      await dispatched(this.bench);
      assert.equal(this.bench.engine.launches.length, launches, 'something started in between');
      assert.deepEqual(
        this.bench.store.read((rows) => rows.jobs.active()),
        [],
      );
    } else if (one.do === 'size') {
      this.concurrency = one.concurrency;
      await jobs.queues.set('sized', { concurrency: one.concurrency });
    } else if (one.do === 'pass') clock.advance(one.ms);
    else if (one.do === 'crash') await this.bench.crash();
    else {
      this.paused = one.do === 'pause';
      await (this.paused ? jobs.queues.pause('sized') : jobs.queues.resume('sized'));
    }
    await dispatched(this.bench);
    this.#check(before);
  }

  #check(before: Set<string>): void {
    const { store } = this.bench;
    for (const { id } of this.submitted) assert.ok(store.job(id), `job ${id} is lost`);
    const running = this.#running('sized');
    const started = running.filter((id) => !before.has(id));
    if (this.paused) assert.deepEqual(started, [], 'a paused queue started something');
    if (started.length > 0 && this.concurrency !== null) {
      assert.ok(running.length <= this.concurrency, `${running.length} run of ${this.concurrency}`);
    }
    const waiting = this.#waiting('sized');
    if (!this.paused && waiting.length > 0) {
      assert.ok(this.concurrency !== null && running.length >= this.concurrency, 'a job waits although there is room');
    }
    for (const job of [...waiting, ...this.#waiting('rated')]) assert.ok(store.job(job.id)?.waitReason);
    this.#checkOrder(started, waiting);
    this.#checkRate();
  }

  /** No job started that is behind a job that still waits. */
  #checkOrder(started: string[], waiting: { id: string }[]): void {
    const place = (id: string) => {
      const index = this.submitted.findIndex((job) => job.id === id);
      return [Priority.enum.indexOf(this.submitted[index]?.priority ?? 'low') * -1, index] as const;
    };
    for (const id of started) {
      for (const other of waiting) {
        const [rank, order] = place(id);
        const [otherRank, otherOrder] = place(other.id);
        assert.ok(rank < otherRank || (rank === otherRank && order < otherOrder), 'it jumped the queue');
      }
    }
  }

  #checkRate(): void {
    const starts = this.submitted
      .filter(({ queue }) => queue === 'rated')
      .flatMap(({ id }) => this.bench.store.detail(id)?.attempts.map(({ createdAt }) => Date.parse(createdAt)) ?? []);
    for (const from of starts) {
      const within = starts.filter((at) => at >= from && at < from + rate.periodMs);
      assert.ok(within.length <= rate.count, `${within.length} starts in one period`);
    }
  }

  #running(queue: string): string[] {
    const mine = new Set(this.submitted.filter((job) => job.queue === queue).map(({ id }) => id));
    return this.bench.store
      .read((rows) => rows.attempts.unfinished())
      .flatMap(({ jobId }) => (mine.has(jobId) ? [jobId] : []));
  }

  #waiting(queue: string): { id: string }[] {
    return this.submitted.filter(({ id, queue: own }) => {
      const job = this.bench.store.job(id);
      return own === queue && job?.attempt === 0 && (job.status === 'waiting' || job.status === 'pending');
    });
  }
}

describe('for random operations on queues, with crashes at any point,', () => {
  it('limits and rates hold, the order is kept, no job waits without need, and no job is lost', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), async (steps) => {
        const bench = await openBench();
        try {
          await bench.jobs.queues.set('sized', { concurrency: 1 });
          await bench.jobs.queues.set('rated', { rate });
          const walk = new Walk(bench);
          for (const one of steps) await walk.take(one);
          assert.deepEqual(bench.problems, []);
        } finally {
          bench.end();
        }
      }),
      { numRuns: 40 },
    );
  });
});
