import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { deriveGroups, noChildren } from '../../../../daemon/jobs/groups/derive.ts';
import type { Store } from '../../../../daemon/store/store.ts';
import { FeedPicture } from '../../../../shared/feed.ts';
import type { Job } from '../../../../shared/job.ts';
import { addJob, newJob, openTemporary, type Temporary } from '../store/temporary.ts';

const history = 3;

/** A client of the change feed that reads as the stream does. */
class Client {
  readonly state = new FeedPicture(undefined, history);
  readonly #store: Store;
  snapshots = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  resume(): void {
    const changes = this.#store.changesSince(this.state.epoch, this.state.rev);
    if (!changes) this.snapshots += 1;
    const frame = changes ? { type: 'changes' as const, ...changes } : this.#store.snapshot();
    this.state.apply(frame);
  }

  jobs(): Job[] {
    return [...this.state.jobs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** A change of the jobs; `pick` chooses the job. */
type Step =
  | { do: 'submit'; group?: string | null }
  | { do: 'start' | 'cancel' | 'remove' | 'retry' | 'touch'; pick: number }
  | { do: 'end'; pick: number; at: number }
  | { do: 'resume' };

const pick = fc.nat({ max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('submit' as const), group: fc.constantFrom(null, 'g1', 'g2') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('start', 'cancel', 'touch'), pick }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('end' as const), pick, at: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('remove', 'retry'), pick }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'resume' }) },
);

/** Runs a step if it applies. End times may be earlier than those already written. */
async function take(store: Store, one: Step, count: number): Promise<void> {
  const all = store.list({ limit: 500 }).jobs.filter(({ engine }) => engine !== 'group');
  const choose = (jobs: Job[]) => ('pick' in one ? jobs[one.pick % Math.max(1, jobs.length)]?.id : undefined);
  const active = choose(all.filter((job) => job.endedAt === null));
  const finished = choose(all.filter((job) => job.endedAt !== null));
  if (one.do === 'submit') {
    await store.write((tx) => {
      const groupName = one.group ?? null;
      const known = groupName === null ? null : tx.groups.named(groupName);
      // IDs, also of groups, are never reused.
      const parentId = groupName === null ? null : (known ?? `${groupName}-${count}`);
      const group = { engine: 'group', groupName, children: noChildren, createdAt: count };
      if (parentId !== null && known === null) tx.insertJob(newJob({ ...group, id: parentId }), {});
      tx.insertJob(newJob({ id: `job${count}`, createdAt: count, parentId }), { command: { argv: ['true'] } });
    });
  }
  if (one.do === 'start' && active) await store.write((tx) => tx.updateJob(active, { status: 'running' }));
  if (one.do === 'cancel' && active) await store.write((tx) => tx.updateJob(active, { cancelRequestedAt: 5 }));
  if (one.do === 'end' && active) {
    await store.write((tx) => tx.updateJob(active, { status: 'completed', endedAt: one.at }));
  }
  if (one.do === 'retry' && finished) {
    await store.write((tx) => tx.updateJob(finished, { status: 'pending', endedAt: null }));
  }
  if (one.do === 'touch' && finished) await store.write((tx) => tx.updateJob(finished, { lastActivityAt: count }));
  if (one.do === 'remove' && finished) await store.write((tx) => tx.removeJob(finished));
}

describe('resuming the change feed', () => {
  /** Both clients must show the same whenever the first one reconnects. */
  async function check(steps: Step[], keptTombstones: number): Promise<Client> {
    const bench = openTemporary({ history, keptTombstones });
    bench.store.beforeEnd(deriveGroups);
    try {
      const resumed = new Client(bench.store);
      for (const [count, one] of [...steps, { do: 'resume' } as const].entries()) {
        if (one.do === 'resume') compare(bench.store, resumed);
        else await take(bench.store, one, count);
      }
      return resumed;
    } finally {
      bench.end();
    }
  }

  function compare(store: Store, resumed: Client): void {
    resumed.resume();
    const fresh = new Client(store);
    fresh.resume();
    assert.deepEqual(resumed.jobs(), fresh.jobs());
    assert.equal(resumed.state.rev, fresh.state.rev);
  }

  it('shows the same as a fresh client, whatever happened meanwhile', async function () {
    this.timeout(120_000);
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 30, maxLength: 120, size: 'max' }),
      fc.constantFrom(0, 2, 1000),
      async (steps, keptTombstones) => {
        await check(steps, keptTombstones);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('needs no second snapshot while no job leaves the history', async () => {
    const submits: Step[] = Array.from({ length: 8 }, () => ({ do: 'submit' }));
    const ends: Step[] = Array.from({ length: 8 }, (_, at) => ({ do: 'end', pick: 0, at: at + 1 }));
    const steps = [...submits, ...ends].flatMap((one): Step[] => [one, { do: 'resume' }]);

    assert.equal((await check(steps, 1000)).snapshots, 1);
  });

  it('needs no second snapshot for a removal while the complete history is small', async () => {
    const end: Step = { do: 'end', pick: 0, at: 1 };
    const steps: Step[] = [{ do: 'submit' }, end, { do: 'submit' }, end, { do: 'resume' }, { do: 'remove', pick: 0 }];

    assert.equal((await check(steps, 1000)).snapshots, 1);
  });
});

describe('the changes since a revision', () => {
  let bench: Temporary;
  afterEach(() => bench.end());

  it('contain each changed job once, in its latest state, and the IDs of removed ones', async () => {
    bench = openTemporary();
    for (const id of ['a', 'b', 'c']) await addJob(bench.store, { id });
    await bench.store.write((tx) => tx.updateJob('a', { title: 'one' }));
    await bench.store.write((tx) => tx.updateJob('a', { title: 'two' }));
    await bench.store.write((tx) => tx.removeJob('b'));
    const changes = bench.store.changesSince(bench.store.epoch, 3);

    assert.deepEqual(changes, { rev: 6, jobs: [bench.store.job('a')], removed: ['b'] });
    assert.equal(changes?.jobs[0]?.title, 'two');
    assert.deepEqual(bench.store.changesSince(bench.store.epoch, 6), { rev: 6, jobs: [], removed: [] });
  });

  it('are unknown for a client of another database, of none, or of a later revision', async () => {
    bench = openTemporary();
    await addJob(bench.store, { id: 'a' });

    assert.equal(bench.store.changesSince('other', 1), null);
    assert.equal(bench.store.changesSince(null, null), null);
    assert.equal(bench.store.changesSince(bench.store.epoch, null), null);
    assert.equal(bench.store.changesSince(bench.store.epoch, 2), null);
  });

  it('are replaced by a snapshot if more than 1,000 jobs changed', async () => {
    bench = openTemporary();
    await Promise.all(Array.from({ length: 1000 }, (_, n) => addJob(bench.store, { id: `job${n}` })));
    assert.equal(bench.store.changesSince(bench.store.epoch, 0)?.jobs.length, 1000);
    await addJob(bench.store, { id: 'one more' });

    assert.equal(bench.store.changesSince(bench.store.epoch, 0), null);
    assert.equal(bench.store.changesSince(bench.store.epoch, 1)?.jobs.length, 1);
  });

  it('are replaced by a snapshot once the tombstones since then are gone', async () => {
    bench = openTemporary({ keptTombstones: 2 });
    const ids = ['a', 'b', 'c', 'd'];
    for (const id of ids) await addJob(bench.store, { id });
    for (const id of ids) await bench.store.write((tx) => tx.removeJob(id));

    assert.equal(bench.store.changesSince(bench.store.epoch, 5), null);
    assert.deepEqual(bench.store.changesSince(bench.store.epoch, 6)?.removed, ['c', 'd']);
    bench.reopen();
    assert.equal(bench.store.changesSince(bench.store.epoch, 5), null);
  });

  it('come as a snapshot of all active jobs and the latest finished ones in the order of their end', async () => {
    bench = openTemporary({ history });
    for (const [n, endedAt] of [5, 9, 7, 9, 1].entries()) await addJob(bench.store, { id: `done${n}`, endedAt });
    await addJob(bench.store, { id: 'active' });
    const { type, epoch, rev, jobs } = bench.store.snapshot();

    assert.deepEqual([type, epoch, rev], ['snapshot', bench.store.epoch, 6]);
    assert.deepEqual(
      jobs.map((job) => job.id),
      ['active', 'done3', 'done1', 'done2'],
    );
  });
});
