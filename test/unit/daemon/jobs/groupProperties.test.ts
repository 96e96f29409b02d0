import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Children, Job, JobDetail } from '../../../../shared/job.ts';
import { isTerminal } from '../../../../shared/status.ts';
import { type Bench, dispatched, exit, openBench, request } from './bench.ts';

type Step =
  | { do: 'submit'; group: string; weight: number; limit: number | null; retries: number }
  | { do: 'start' | 'report'; which: number }
  | { do: 'cancel' | 'hold' | 'release' | 'startNow' | 'retry' | 'remove'; which: number }
  | { do: 'end'; which: number; exitCode: number }
  | { do: 'cancelGroup' | 'retryGroup' | 'removeGroup'; group: string }
  | { do: 'crash' | 'pause' | 'resume' }
  | { do: 'pass'; ms: number };

const groups = ['limited', 'free'];
const which = fc.nat({ max: 50 });
const group = fc.constantFrom(...groups);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      group,
      weight: fc.constantFrom(1, 1, 2.5, 0.1),
      limit: fc.constantFrom(null, null, null, 1, 2, 3),
      retries: fc.constantFrom(0, 0, 1),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('start', 'report'), which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('end' as const), which, exitCode: fc.constantFrom(0, 0, 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('cancel', 'hold', 'release', 'startNow', 'retry', 'remove'), which }),
  },
  fc.record({ do: fc.constantFrom('cancelGroup', 'retryGroup', 'removeGroup'), group }),
  fc.record({ do: fc.constantFrom('crash', 'pause', 'resume') }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 12_000 }) }),
);

/** Runs steps on a real store, with crashes, and compares each group with its jobs. */
class Walk {
  readonly #bench: Bench;
  readonly #limits = new Map<string, number>();
  #paused = false;
  /** Jobs of the limited group that had a slot after the previous step. */
  #placed: ReadonlySet<string> = new Set();

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async take(one: Step): Promise<void> {
    await this.#do(one);
    await dispatched(this.#bench);
    const jobs = this.#jobs();
    this.#checkGroups(jobs);
    this.#checkPlaces(jobs);
  }

  async #do(one: Step): Promise<void> {
    const { jobs, clock } = this.#bench;
    const all = this.#jobs();
    const pick = (fits: (job: JobDetail) => boolean) => {
      const found = all.filter(fits);
      return 'which' in one ? found[one.which % Math.max(1, found.length)] : undefined;
    };
    const groupId = 'group' in one ? this.#bench.store.read((rows) => rows.groups.named(one.group)) : null;
    const under = (job: JobDetail) => job.attempts.at(-1)?.endedAt === null;
    const ref = (job: JobDetail) => ({ jobId: job.id, attempt: job.attempt, launch: 1 });
    switch (one.do) {
      case 'submit': {
        const policy = one.retries > 0 ? { retry: { attempts: one.retries, delayMs: 5_000 } } : {};
        const limit = one.group === 'limited' && one.limit !== null ? { groupConcurrency: one.limit } : {};
        try {
          await jobs.submissions.submit(request({ group: one.group, weight: one.weight, ...policy, ...limit }));
        } catch (error) {
          assert.equal((error as { code: string }).code, 'JOB_STILL_ACTIVE');
          return;
        }
        if (groupId === null) this.#limits.delete(one.group);
        if (limit.groupConcurrency !== undefined) this.#limits.set(one.group, limit.groupConcurrency);
        return;
      }
      case 'start': {
        const job = pick((each) => each.attempts.at(-1)?.status === 'starting');
        if (job) await jobs.attempts.started(ref(job), { pid: 1, startedAt: clock.now() });
        return;
      }
      case 'report': {
        const job = pick((each) => each.status === 'running');
        const progress = { current: one.which, total: 60, message: null, phase: null };
        if (job) await this.#bench.store.write((tx) => tx.updateJob(job.id, { progress }));
        return;
      }
      case 'end': {
        const job = pick(under);
        if (job) await jobs.attempts.ended(ref(job), exit(one.exitCode, clock.now()));
        return;
      }
      case 'cancel':
      case 'hold':
      case 'release':
      case 'retry':
      case 'remove': {
        const action = one.do;
        const job = pick((each) => each.capabilities[action].allowed && !(action === 'hold' && under(each)));
        const parent = job?.parentId == null ? null : this.#bench.store.job(job.parentId);
        const cancelling = parent?.cancelRequestedAt !== null && parent?.endedAt === null;
        if (job && !(action === 'retry' && cancelling)) await jobs.commands[action](job.id);
        return;
      }
      case 'startNow': {
        const job = pick((each) => each.capabilities.start.allowed);
        const parent = job?.parentId == null ? null : this.#bench.store.job(job.parentId);
        if (!job || (parent?.cancelRequestedAt !== null && parent?.endedAt === null)) return;
        await jobs.commands.start(job.id);
        // It takes a slot whatever the limit and the order are.
        this.#placed = new Set([...this.#placed, job.id]);
        return;
      }
      case 'cancelGroup':
      case 'retryGroup':
      case 'removeGroup': {
        const action = one.do.replace('Group', '') as 'cancel' | 'retry' | 'remove';
        const job = groupId === null ? null : this.#bench.store.job(groupId);
        if (job?.capabilities[action].allowed) await jobs.commands[action](job.id);
        return;
      }
      case 'pass':
        return clock.advance(one.ms);
      case 'crash':
        return this.#bench.crash();
      default:
        this.#paused = one.do === 'pause';
        await (this.#paused ? jobs.queues.pause('default') : jobs.queues.resume('default'));
    }
  }

  #jobs(): JobDetail[] {
    const { store } = this.#bench;
    const found = store.list({ engine: 'local', limit: 500, order: 'asc' }).jobs;
    return found.map(({ id }) => store.detail(id) ?? assert.fail());
  }

  #checkGroups(jobs: JobDetail[]): void {
    const { store } = this.#bench;
    const found = store.list({ engine: 'group' }).jobs;
    const parents = new Set(jobs.map(({ parentId }) => parentId));
    assert.deepEqual(new Set(found.map(({ id }) => id)), parents, 'a group without jobs, or the other way round');
    for (const one of found) {
      const members = jobs.filter(({ parentId }) => parentId === one.id);
      assert.deepEqual(shown(one), fromScratch(members), `the group ${one.title}`);
      assert.ok(one.cancelRequestedAt === null || one.endedAt !== null || members.some((job) => job.cancelRequestedAt));
    }
  }

  /** The limit is respected, no job waits without need, and no job gets a slot before one that has waited longer. */
  #checkPlaces(jobs: JobDetail[]): void {
    const { store } = this.#bench;
    const id = store.read((rows) => rows.groups.named('limited'));
    const [group, limit] = [id === null ? null : store.job(id), this.#limits.get('limited')];
    const members = jobs.filter(({ parentId }) => parentId === id);
    const waiting = members.filter(({ waitReason }) => waitReason === 'groupFull');
    const inLine = ({ status, waitReason }: Job) => status === 'pending' || waitReason === 'queuePaused';
    const placed = new Set(members.filter((job) => inLine(job) || job.status === 'running').map((job) => job.id));
    const before = this.#placed;
    this.#placed = placed;
    assert.ok(limit !== undefined || waiting.length === 0);
    if (group === null || limit === undefined) return;
    // Lowering the limit frees no slot.
    assert.ok(placed.size <= Math.max(limit, before.size), `${placed.size} have a place of ${limit}`);
    const cancelling = group.cancelRequestedAt !== null && group.endedAt === null;
    if (waiting.length > 0 && !cancelling) assert.ok(placed.size >= limit, 'a job waits although there is a place');
    for (const job of waiting) assert.equal(job.waitDetail?.message, `${limit} of ${limit}`);
    const place = (job: string) => store.read((rows) => rows.jobs.find(job)?.queueOrder ?? 0);
    const next = Math.min(...waiting.map((job) => place(job.id)));
    for (const job of placed) assert.ok(before.has(job) || place(job) < next, 'it jumped the queue');
  }
}

type Shown = Pick<Job, 'status' | 'children' | 'startedAt' | 'endedAt'> & { current: number; total: number };

function shown({ status, children, startedAt, endedAt, progress }: Job): Shown {
  const { current = 0, total = null } = progress ?? {};
  return { status, children, startedAt, endedAt, current: rounded(current), total: rounded(total ?? 0) };
}

/** The expected state of a group, from a scan of all its jobs. */
function fromScratch(jobs: JobDetail[]): Shown {
  const statuses = ['pending', 'waiting', 'running', 'completed', 'failed', 'cancelled', 'lost'] as const;
  const counts = statuses.map((status) => [status, jobs.filter((job) => job.status === status).length]);
  const active = jobs.filter(({ status }) => !isTerminal(status));
  const some = (status: Job['status']) => jobs.some((job) => job.status === status);
  const share = ({ endedAt, progress }: Job) => {
    if (endedAt !== null) return 1;
    return progress === null || progress.total === null ? 0 : progress.current / progress.total;
  };
  const times = (of: 'startedAt' | 'endedAt') => jobs.flatMap((job) => job[of] ?? []).sort();
  const going = some('running') || active.length < jobs.length ? 'running' : some('pending') ? 'pending' : 'waiting';
  return {
    status: active.length > 0 ? going : some('failed') ? 'failed' : some('cancelled') ? 'cancelled' : 'completed',
    children: Object.fromEntries(counts) as Children,
    startedAt: times('startedAt')[0] ?? null,
    endedAt: active.length > 0 ? null : (times('endedAt').at(-1) ?? null),
    current: rounded(jobs.reduce((sum, job) => sum + job.weight * share(job), 0)),
    total: rounded(jobs.reduce((sum, job) => sum + job.weight, 0)),
  };
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

describe('for random operations on the jobs of groups, with crashes at any point,', () => {
  it('the state of each group follows from its jobs, and its concurrency is respected', async function () {
    this.timeout(180_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 50, size: 'max' }), async (steps) => {
        const bench = await openBench();
        try {
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
