import assert from 'node:assert/strict';
import type { RemoteEngine } from '../../../daemon/engines/remote.ts';
import { celeryMessage } from '../../../shared/messages/celery.ts';
import { installedCelery, installedRabbit } from '../../../tools/host/celery.ts';
import type { MemoryReports } from '../memoryReports.ts';
import { freePort, type Service, Services } from '../services.ts';
import { Application } from './application.ts';
import { childrenOf } from './processes.ts';
import { coreScenarios, isRunning, open, submit } from './scenarios.ts';

describe('Celery over RabbitMQ', function () {
  this.timeout(90_000);
  let services: Services;
  let app: Application;
  let worker: Service;
  let engine: RemoteEngine;
  let reports: MemoryReports;
  let port: number;
  let startRabbit: () => Promise<Service>;
  let rabbit: Service;

  before(async () => {
    const [host, programs] = [installedCelery(), installedRabbit()];
    assert.ok(host && programs, 'Celery, Redis and RabbitMQ are not installed. Run: npm test -- engines');
    services = new Services();
    const redisPort = await freePort();
    port = await freePort();
    await services.redis(host.redisServer, redisPort);
    startRabbit = () => services.rabbit(programs, port);
    rabbit = await startRabbit();
    const redis = `redis://127.0.0.1:${redisPort}`;
    const broker = `amqp://guest:guest@127.0.0.1:${port}//`;
    app = new Application(services, host, { broker, backend: `${redis}/0`, gates: `${redis}/2` });
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

  it('counts the messages in a queue', async () => {
    const holding = await Promise.all([
      submit(bench(), 'tasks.hold', ['deep']),
      submit(bench(), 'tasks.hold', ['deep']),
    ]);
    for (const id of holding) await reports.whenJob(id, isRunning);
    // The worker prefetches two of them.
    for (let n = 0; n < 5; n += 1) await submit(bench(), 'tasks.add', [n, n]);
    await reports.whenStatus(({ queues }) => queues.some(({ name, waiting }) => name === 'celery' && waiting === 3));
    await open(bench(), 'deep', 2);
    await reports.whenStatus(({ queues }) => queues.some(({ name, waiting }) => name === 'celery' && waiting === 0));
  });

  it('rejects a missing queue', async () => {
    await assert.rejects(submit(bench(), 'tasks.add', [1, 1], { queue: 'nowhere' }), {
      code: 'INVALID_REQUEST',
      variant: 'brokerQueue',
      params: { queue: 'nowhere' },
    });
  });

  it('shows tasks without results if these are unavailable, with a note', async () => {
    const other = await app.engine({ settings: { resultBackend: 'rpc://' } });
    const { notes } = await other.reports.whenConnected();
    assert.deepEqual(notes[0], celeryMessage('celery.resultBackendNotSupported', { backend: 'rpc' }));
    const id = await app.send('add.delay(20, 3)');
    const job = await other.reports.whenFinished(id);
    assert.deepEqual([job.status, job.latest.result], ['completed', '23']);
    await other.engine.close();
  });

  it('marks the task of a killed worker as lost until RabbitMQ redelivers it', async () => {
    const dying = await app.worker('w2', ['-c', '1', '-Q', 'second']);
    const id = await submit(bench(), 'tasks.late', ['late'], { queue: 'second' });
    await reports.whenJob(id, (job) => job.status === 'running' && job.worker === 'w2@host');
    const children = childrenOf(dying.child.pid);
    await dying.stop('SIGKILL');
    for (const pid of children) process.kill(pid, 'SIGKILL');
    assert.equal((await reports.whenJob(id, ({ status }) => status === 'lost')).error?.code, 'WORKER_LOST');
    const heir = await app.worker('w3', ['-c', '1', '-Q', 'second']);
    await reports.whenJob(id, (job) => job.status === 'running' && job.worker === 'w3@host');
    await open(bench(), 'late');
    await reports.whenJob(id, ({ latest }) => latest.result === 'late');
    await heir.stop();
  });

  it('reconnects after a restart of RabbitMQ, with the outcomes from the meantime', async () => {
    const id = await submit(bench(), 'tasks.hold', ['away']);
    await reports.whenJob(id, isRunning);
    await rabbit.stop();
    const { state, problem } = await reports.whenStatus((standing) => standing.state !== 'connected');
    assert.notEqual(state, 'refused', problem?.message);
    assert.ok(problem);
    await open(bench(), 'away');
    rabbit = await startRabbit();
    await reports.whenConnected();
    assert.equal((await reports.whenFinished(id)).status, 'completed');
    await worker.stop();
    // RabbitMQ takes half a minute to start while the machine is busy, and the worker as long to notice.
  }).timeout(300_000);
});
