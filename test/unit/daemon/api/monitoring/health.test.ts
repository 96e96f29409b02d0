import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { healthLines } from '../../../../../cli/pages/healthPage.ts';
import { type HealthDeps, healthOf } from '../../../../../daemon/api/monitoring/health.ts';
import { Warnings } from '../../../../../daemon/warnings.ts';
import { ManualClock } from '../../manualClock.ts';
import { addJob, openTemporary } from '../../store/temporary.ts';
import { aQueue } from '../apiBench.ts';

const minute = 60_000;

describe('the health of the daemon', () => {
  let db: ReturnType<typeof openTemporary>;
  let clock: ManualClock;
  let grewAt: Map<string, number>;
  let logged: unknown[];
  beforeEach(() => {
    db = openTemporary();
    clock = new ManualClock();
    clock.pass(100 * minute);
    grewAt = new Map();
    logged = [];
  });
  afterEach(() => db.end());

  const deps = (more: Partial<HealthDeps> = {}): HealthDeps => ({
    home: db.folder,
    startedAt: new Date(0).toISOString(),
    port: () => 1,
    store: db.store,
    clock,
    queues: { list: () => [aQueue] },
    engines: new Map([['local', 0]]),
    staleMs: 10 * minute,
    cancelGraceMs: 10_000,
    logs: { all: async () => [] },
    warnings: new Warnings(),
    feed: { size: 0 },
    readiness: { starting: null },
    logGrewAt: async (id) => grewAt.get(id) ?? null,
    log: { info() {}, warning() {}, error: (_message, error) => logged.push(error) },
    ...more,
  });
  const running = (id: string, minutesAgo: number, more: object = {}) => {
    const at = clock.now() - minutesAgo * minute;
    return addJob(db.store, { id, status: 'running', lastActivityAt: at, startedAt: at, ...more });
  };
  const staleIds = async (more?: Partial<HealthDeps>) => (await healthOf(deps(more))).stale.map(({ id }) => id);

  it('lists running jobs without activity, longest silence first, but no finished, waiting or paused ones', async () => {
    await running('b', 11);
    await running('a', 50, { engine: 'reported' });
    await running('fresh', 9);
    await running('paused', 50, { pausedAt: 5 });
    await addJob(db.store, { id: 'waits', status: 'waiting', waitReason: 'hold', lastActivityAt: 0 });
    assert.deepEqual(await staleIds(), ['a', 'b']);
    assert.equal((await healthOf(deps())).status, 'ok');
  });

  it('does not list local jobs whose log grows, and reports when the log last grew', async () => {
    await running('a', 50);
    await running('b', 40);
    await running('reported', 50, { engine: 'reported' });
    grewAt.set('a', clock.now() - minute);
    grewAt.set('b', clock.now() - 30 * minute);
    grewAt.set('reported', clock.now());
    const { stale } = await healthOf(deps());
    assert.deepEqual(
      stale.map(({ id }) => id),
      ['reported', 'b'],
    );
    assert.equal(Date.parse(stale[1]?.lastActivityAt ?? ''), clock.now() - 30 * minute);
  });

  it('finds a silent job among many that write output', async () => {
    for (let i = 0; i < 30; i += 1) {
      await running(`loud${i}`, 60);
      grewAt.set(`loud${i}`, clock.now());
    }
    await running('silent', 20);
    assert.deepEqual(await staleIds(), ['silent']);
  });

  it('does not check the log of a job with recent activity', async () => {
    await running('fresh', 9);
    await healthOf(deps({ logGrewAt: () => assert.fail() }));
  });

  it('names the largest logs only on request', async () => {
    await addJob(db.store, { id: 'a', title: 'Build' });
    const logs = {
      all: async () => [
        ...[1, 2, 3, 4, 5].map((bytes) => ({ path: `/logs/x/${bytes}.log`, jobId: 'x', bytes })),
        { path: '/logs/a/1.log', jobId: 'a', bytes: 900 },
      ],
    };
    const health = await healthOf(deps({ logs }), true);
    assert.equal(health.logBytes, 915);
    assert.deepEqual(health.largestLogs?.[0], { path: '/logs/a/1.log', jobId: 'a', bytes: 900, title: 'Build' });
    assert.deepEqual(
      health.largestLogs?.map(({ bytes }) => bytes),
      [900, 5, 4, 3, 2],
    );
    assert.equal((await healthOf(deps({ logs }))).largestLogs, undefined);
    assert.ok((health.disk?.freeBytes ?? 0) > 0);
  });

  it('leaves out a part that fails, with a warning', async () => {
    await running('a', 50);
    const broken = () => {
      throw new Error('disk I/O error');
    };
    const { store } = db;
    const halves = { job: store.job.bind(store), counts: broken, bytes: () => 7, silent: store.silent.bind(store) };
    const none = { oldestWaiting: broken, lastCleanUp: broken, runningByEngine: broken, enabledSchedules: broken };
    const health = await healthOf(deps({ store: { ...halves, ...none }, queues: { list: broken } }));
    assert.equal(health.status, 'degraded');
    assert.deepEqual([health.databaseBytes, health.stale.length, health.queues], [7, 1, []]);
    assert.equal(health.warnings.length, 6);
    const { code, variant, params } = health.warnings[0] ?? {};
    assert.deepEqual([code, variant, params], ['HEALTH_INCOMPLETE', 'jobs', { reason: 'disk I/O error' }]);
    assert.equal(logged.length, 6);
  });

  it('leaves out a part that hangs', async () => {
    await running('a', 50);
    const told = healthOf(deps({ logGrewAt: () => new Promise(() => {}) }));
    clock.pass(500);
    const health = await told;
    assert.deepEqual([health.status, health.stale, health.jobs.running], ['degraded', [], 1]);
    assert.equal(health.warnings[0]?.message, 'Could not read the stale jobs: it takes too long.');
  });

  it('leaves no timer behind', async () => {
    await healthOf(deps());
    assert.equal(clock.waiting, 0);
  });

  it('contains every part', async () => {
    await running('a', 50);
    const page = healthLines(await healthOf(deps()), clock.now()).join('\n');
    assert.match(page, /^queues {4}gpu: 1 running, 2 waiting$/m);
    assert.match(page, /^engines {3}local: 0 running$/m);
    assert.match(page, /^schedules none$/m);
    assert.match(page, /^stale {5}a a, last activity 50 min ago$/m);
  });
});
