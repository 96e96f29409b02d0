import assert from 'node:assert/strict';
import type { RemoteEngine } from '../../../daemon/engines/remote.ts';
import { celeryMessage } from '../../../shared/messages/celery.ts';
import { type CeleryHost, installedCelery } from '../../../tools/host/celery.ts';
import type { MemoryReports } from '../memoryReports.ts';
import { freePort, type Service, Services } from '../services.ts';
import { Application } from './application.ts';
import { childrenOf } from './processes.ts';
import { coreScenarios, isRunning, open, submit } from './scenarios.ts';

describe('Celery over Redis', function () {
  this.timeout(60_000);
  let services: Services;
  let host: CeleryHost;
  let app: Application;
  let worker: Service;
  let engine: RemoteEngine;
  let reports: MemoryReports;

  before(async () => {
    const installed = installedCelery();
    assert.ok(installed, 'Celery and Redis are not installed. Run: npm test -- engines');
    host = installed;
    services = new Services();
    const port = await freePort();
    await services.redis(host.redisServer, port);
    const url = `redis://127.0.0.1:${port}`;
    app = new Application(services, host, { broker: `${url}/0`, backend: `${url}/1`, gates: `${url}/2` });
    worker = await app.worker('w1');
    ({ engine, reports } = await app.engine());
    await reports.whenStatus(({ workers }) => workers.some(({ online, pool }) => online && pool !== null));
  });
  after(async () => {
    await app?.dispose();
    await services?.dispose();
    assert.deepEqual(app?.problems, []);
  });

  const bench = () => ({ app, engine, reports });
  coreScenarios(bench);

  it('reports workers with their pool, and queues with their depth', async () => {
    const { workers, queues, version, notes } = await reports.whenStatus(
      ({ workers: all, queues: [queue], version: known }) => {
        return known !== null && all[0]?.queues[0] === 'celery' && queue?.waiting === 0;
      },
    );
    const [first] = workers;
    assert.deepEqual([first?.name, first?.online, first?.concurrency, first?.pool], ['w1@host', true, 2, 'prefork']);
    assert.deepEqual(queues, [{ name: 'celery', waiting: 0, consumers: 1 }]);
    assert.match(version ?? '', /^Celery \d/);
    assert.deepEqual(notes, []);
  });

  it('notices that the process of a task was killed', async () => {
    const id = await submit(bench(), 'tasks.hold', ['child']);
    await reports.whenJob(id, isRunning);
    await app.python('os.kill(int(gates.blpop("began:child")[1]), signal.SIGKILL)');
    const job = await reports.whenFinished(id);
    assert.equal(job.status, 'failed');
    assert.match(job.error?.message ?? '', /^WorkerLostError/);
    assert.equal(job.error?.variant, 'workerLost');
  });

  it('survives a result that is not JSON', async () => {
    const id = await submit(bench(), 'tasks.odd');
    const job = await reports.whenJob(id, ({ latest }) => latest.result !== undefined);
    assert.deepEqual([job.status, job.latest.result], ['completed', null]);
  });

  it('processes all 6,000 events of 2,000 tasks', async () => {
    const before = reports.jobs.size;
    await app.python('for n in range(2000): add.delay(n, n)');
    await reports.when(() => {
      const seen = [...reports.jobs.values()].slice(before);
      return seen.length === 2000 && seen.every(({ status }) => status === 'completed') ? seen : null;
    });
    const seen = [...reports.jobs.keys()].slice(before);
    const events = reports.facts.filter(({ source, externalId }) => source === 'event' && seen.includes(externalId));
    const received = events.filter(({ status, worker }) => status === 'waiting' && worker === 'w1@host').length;
    const started = events.filter(
      ({ status, startedAt, endedAt }) => status === 'running' && startedAt && !endedAt,
    ).length;
    const succeeded = new Set(events.filter(({ status }) => status === 'completed').map(({ externalId }) => externalId))
      .size;
    assert.deepEqual([received, started, succeeded], [2000, 2000, 2000]);
  });

  it('marks the tasks of a killed worker as lost, and follows a task that is redelivered', async () => {
    const dying = await app.worker('w2', ['-c', '1', '-Q', 'second'], { VISIBILITY: '2' });
    const id = await submit(bench(), 'tasks.late', ['late'], { queue: 'second' });
    await reports.whenJob(id, (job) => job.status === 'running' && job.worker === 'w2@host');
    const children = childrenOf(dying.child.pid);
    await dying.stop('SIGKILL');
    for (const pid of children) process.kill(pid, 'SIGKILL');
    const lost = await reports.whenJob(id, ({ status }) => status === 'lost');
    assert.equal(lost.error?.code, 'WORKER_LOST');
    await reports.whenStatus(({ workers }) => workers.some(({ name, online }) => name === 'w2@host' && !online));
    // Its earlier events do not count as activity.
    await bench().engine.loadDetails?.(lost);
    assert.equal((await reports.whenJob(id, () => true)).status, 'lost');
    // The broker redelivers it after its visibility timeout.
    const heir = await app.worker('w3', ['-c', '1', '-Q', 'second'], { VISIBILITY: '2' });
    const back = await reports.whenJob(id, (job) => job.status === 'running' && job.worker === 'w3@host');
    assert.deepEqual([back.attempt, back.error], [1, null]);
    await open(bench(), 'late');
    await reports.whenJob(id, ({ latest }) => latest.result === 'late');
    await heir.stop();
  });

  it('marks tasks as lost when their worker is restarted under the same name', async () => {
    const first = await app.worker('w4', ['-c', '1', '-Q', 'fourth']);
    const id = await submit(bench(), 'tasks.hold', ['fourth'], { queue: 'fourth' });
    await reports.whenJob(id, isRunning);
    const children = childrenOf(first.child.pid);
    await first.stop('SIGKILL');
    for (const pid of children) process.kill(pid, 'SIGKILL');
    const second = await app.worker('w4', ['-c', '1', '-Q', 'fourth']);
    assert.equal((await reports.whenJob(id, ({ status }) => status === 'lost')).error?.code, 'WORKER_LOST');
    await second.stop();
  });

  it('marks tasks as lost at startup if their worker has died since', async () => {
    const dying = await app.worker('w7', ['-c', '1', '-Q', 'seventh']);
    const before = await app.engine();
    // Acknowledged late, so the broker still has it.
    const id = await submit({ app, ...before }, 'tasks.late', ['seventh'], { queue: 'seventh' });
    await before.reports.whenJob(id, (job) => job.status === 'running' && job.worker === 'w7@host');
    await before.engine.close();
    const children = childrenOf(dying.child.pid);
    await dying.stop('SIGKILL');
    for (const pid of children) process.kill(pid, 'SIGKILL');
    const after = await app.engine({}, before.reports);
    const { error } = await after.reports.whenJob(id, ({ status }) => status === 'lost');
    assert.equal(error?.code, 'WORKER_LOST');
    await after.engine.cancel(await after.reports.whenJob(id, ({ status }) => status === 'lost'));
    assert.equal((await after.reports.whenFinished(id)).status, 'cancelled');
    await after.engine.close();
  });

  it('turns on events of a worker that was started without them', async () => {
    // It sends heartbeats even without task events.
    const quiet = await app.worker('w5', ['-c', '1', '-Q', 'fifth', '--no-events']);
    await reports.whenStatus(({ workers }) => workers.some(({ name, pool }) => name === 'w5@host' && pool !== null));
    // Only events name the worker, results don't.
    const id = await submit(bench(), 'tasks.add', [1, 1], { queue: 'fifth' });
    await reports.whenJob(id, (job) => job.status === 'completed' && job.worker === 'w5@host');
    await quiet.stop();
    await reports.whenStatus(({ workers }) => workers.some(({ name, online }) => name === 'w5@host' && !online));
  });

  it('reports that a pool can’t stop tasks', async () => {
    const threads = await app.worker('w6', ['-P', 'threads', '-Q', 'sixth']);
    await reports.whenStatus(({ workers }) =>
      workers.some(({ name, pool }) => name === 'w6@host' && pool === 'threads'),
    );
    const id = await submit(bench(), 'tasks.hold', ['sixth'], { queue: 'sixth' });
    const job = await reports.whenJob(id, isRunning);
    assert.deepEqual(
      job.latest.limits.cancel,
      celeryMessage('celery.poolCannotCancel', { worker: 'w6@host', pool: 'threads' }),
    );
    await assert.rejects(engine.cancel(job), { code: 'ENGINE_NOT_CAPABLE', variant: 'pool' });
    await open(bench(), 'sixth');
    await reports.whenFinished(id);
    await threads.stop();
  });

  it('continues where an earlier engine stopped: tasks that ended since have their outcome', async () => {
    const other = await app.engine();
    const before = await submit({ ...bench(), ...other }, 'tasks.hold', ['restart']);
    await other.reports.whenJob(before, isRunning);
    await other.engine.close();
    await open(bench(), 'restart');
    await reports.whenFinished(before);
    const next = await app.engine({}, other.reports);
    const { status, latest } = await next.reports.whenFinished(before);
    assert.deepEqual([status, latest.result], ['completed', 'let go']);
    await next.engine.close();
  });

  it('records nothing while the disk is full, and everything afterwards', async () => {
    let free = () => {};
    reports.diskFull = new Promise((settle) => (free = settle));
    const id = await app.send('add.delay(3, 4)');
    await app.python(`app.AsyncResult("${id}").get()`);
    assert.equal(reports.jobs.has(id), false);
    reports.diskFull = null;
    free();
    assert.equal((await reports.whenFinished(id)).status, 'completed');
  });

  it('shows waiting tasks with their arguments without a worker, and removes one', async () => {
    await worker.stop();
    await reports.whenStatus(({ workers }) => workers.every(({ online }) => !online));
    const [first, second] = (
      await app.python('print(add.delay(1, b=2).id, add.apply_async((3, 4), priority=6).id)')
    ).split(' ');
    assert.ok(first && second);
    const job = await reports.whenJob(first, ({ latest }) => latest.input !== undefined);
    assert.deepEqual(
      [job.status, job.latest.input, job.latest.limits.retry],
      ['waiting', { args: [1], kwargs: { b: 2 } }, null],
    );
    await reports.whenJob(second, ({ latest }) => latest.commandLine === 'tasks.add(3, 4)');
    await reports.whenStatus(({ queues }) => queues.some(({ name, waiting }) => name === 'celery' && waiting === 2));
    await engine.cancel(job);
    assert.equal((await reports.whenFinished(first)).status, 'cancelled');
    await reports.whenStatus(({ queues }) => queues.some(({ name, waiting }) => name === 'celery' && waiting === 1));
    await assert.rejects(engine.prepare({ task: 'no.worker.knows' }), { code: 'UNKNOWN_TARGET', variant: 'noWorkers' });
    worker = await app.worker('w1');
    assert.equal((await reports.whenJob(second, ({ latest }) => latest.result !== undefined)).latest.result, 7);
    assert.equal(reports.jobs.get(first)?.attempts.has(1), true);
  });
});
