import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { testCelery } from '../../../daemon/engines/celery/main.ts';
import { celeryMessage } from '../../../shared/messages/celery.ts';
import { type CeleryHost, installedCelery } from '../../../tools/host/celery.ts';
import { MemoryReports } from '../memoryReports.ts';
import { freePort, Services } from '../services.ts';
import { Application } from './application.ts';
import { isRunning, open, submit } from './scenarios.ts';

describe('Celery with problems', function () {
  this.timeout(120_000);
  let services: Services;
  let host: CeleryHost;
  let gates: string;
  const apps: Application[] = [];

  before(async () => {
    const installed = installedCelery();
    assert.ok(installed, 'Celery and Redis are not installed. Run: npm test -- engines');
    host = installed;
    services = new Services();
    const port = await freePort();
    await services.redis(host.redisServer, port);
    gates = `redis://127.0.0.1:${port}`;
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) {
      await app.dispose();
      assert.deepEqual(app.problems, []);
    }
  });
  after(async () => await services?.dispose());

  function application(broker: string, config: object = {}, backend: string | null = null): Application {
    const app = new Application(
      services,
      host,
      { broker, backend, gates: `${gates}/9` },
      { CONFIG: JSON.stringify(config) },
    );
    apps.push(app);
    return app;
  }

  /** The state of an engine that can't connect. */
  async function fails(url: string) {
    const reports = new MemoryReports();
    const engine = application(url).engineOf({ url }, reports);
    engine.start();
    const standing = await reports.whenStatus(({ state }) => state !== 'connecting');
    await engine.close();
    const { state, problem } = standing;
    await assert.rejects(testCelery({ url }), { message: problem?.message ?? '' });
    return { state, variant: problem?.variant, params: problem?.params };
  }

  it('reports an unreachable broker, and connects once it is available', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}/0`;
    const reports = new MemoryReports();
    const engine = application(url).engineOf({ url }, reports);
    engine.start();
    // Requests wait while it tries to connect.
    const unreachable = { variant: 'unreachable', params: { server: 'Redis', address: `127.0.0.1:${port}` } };
    await assert.rejects(engine.targets(''), unreachable);
    const { state, problem } = await reports.whenStatus((standing) => standing.state !== 'connecting');
    assert.deepEqual(
      [state, problem?.variant, problem?.params],
      ['unreachable', unreachable.variant, unreachable.params],
    );
    assert.ok(problem?.hint);
    await assert.rejects(engine.prepare({ task: 'tasks.add' }), {
      code: 'CONNECTION_FAILED',
      message: problem?.message ?? '',
    });
    const redis = await services.redis(host.redisServer, port);
    await reports.whenConnected();
    assert.ok((await testCelery({ url })).notes.some(({ code }) => code === 'celery.noWorkers'));
    await engine.close();
    const another = application(url).engineOf({ url }, new MemoryReports());
    another.start();
    assert.deepEqual(await another.targets(''), []);
    await another.close();
    await redis.stop();
  });

  it('reports a missing or wrong password', async () => {
    const port = await freePort();
    const redis = await services.redis(host.redisServer, port, ['--requirepass', 'secret']);
    const at = `127.0.0.1:${port}`;
    const refused = (variant: string) => ({ state: 'refused', variant, params: { server: 'Redis', address: at } });
    assert.deepEqual(await fails(`redis://${at}/0`), refused('passwordRequired'));
    assert.deepEqual(await fails(`redis://:wrong@${at}/0`), refused('loginRejected'));
    assert.deepEqual(await fails(`redis://:secret@${at}/99`), refused('noDatabase'));
    assert.match((await testCelery({ url: `redis://:secret@${at}/0` })).version ?? '', /^Redis \d/);
    await redis.stop();
  });

  it('reports that another program responds', async () => {
    const server = createServer((_, reply) => reply.end('Hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const at = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const refused = { state: 'refused', variant: 'otherServer' };
    assert.deepEqual(await fails(`redis://${at}/0`), { ...refused, params: { server: 'Redis', address: at } });
    assert.deepEqual(await fails(`amqp://${at}//`), { ...refused, params: { server: 'RabbitMQ', address: at } });
    server.closeAllConnections();
    server.close();
  });

  it('rejects an unsupported address', async () => {
    assert.deepEqual(await fails('sqs://key@'), {
      state: 'refused',
      variant: 'brokerNotSupported',
      params: { scheme: 'sqs' },
    });
  });

  it('reports a missing certificate file', async () => {
    assert.deepEqual(await fails('rediss://127.0.0.1:1/0?ssl_ca_certs=/nowhere.pem'), {
      state: 'refused',
      variant: 'certificateFile',
      params: { file: '/nowhere.pem' },
    });
  });

  it('reconnects after a restart of Redis, and continues', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}/0`;
    const first = await services.redis(host.redisServer, port);
    const app = application(url, {}, url);
    const worker = await app.worker('away');
    const { engine, reports } = await app.engine();
    const id = await submit({ app, engine, reports }, 'tasks.hold', ['away']);
    await reports.whenJob(id, isRunning);
    await first.stop();
    await reports.whenStatus(({ state }) => state === 'unreachable');
    const second = await services.redis(host.redisServer, port);
    await reports.whenConnected();
    // Celery takes a while to reconnect.
    await worker.waitForOutput(/Connected to redis[\s\S]*Connected to redis/);
    await open({ app, engine, reports }, 'away');
    const job = await reports.whenJob(id, ({ latest }) => latest.result !== undefined);
    assert.deepEqual([job.status, job.latest.result], ['completed', 'let go']);
    await worker.stop();
    await engine.close();
    await second.stop();
  });

  it('notices that Redis no longer responds on an open connection', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}/0`;
    const redis = await services.redis(host.redisServer, port);
    const { engine, reports } = await application(url).engine();
    redis.child.kill('SIGSTOP');
    const { problem } = await reports.whenStatus(({ state }) => state === 'unreachable');
    assert.equal(problem?.message, `Redis at 127.0.0.1:${port} did not respond in time.`);
    redis.child.kill('SIGCONT');
    await reports.whenConnected();
    await engine.close();
    await redis.stop();
  });

  it('finds an application with custom names', async () => {
    const config = {
      broker_transport_options: { global_keyprefix: 'shop:', fanout_prefix: '/fan.', sep: ':', priority_steps: [0, 5] },
      result_backend_transport_options: { global_keyprefix: 'results' },
      event_exchange: 'happenings',
      control_exchange: 'orders',
      task_default_queue: 'shop',
      result_extended: true,
    };
    const app = application(`${gates}/3`, config, `${gates}/4`);
    const worker = await app.worker('named');
    const names = { keyPrefix: 'shop:', fanoutPrefix: '/fan.', separator: ':', prioritySteps: [0, 5] };
    const more = {
      resultKeyPrefix: 'results',
      eventExchange: 'happenings',
      controlExchange: 'orders',
      queues: ['shop'],
    };
    const settings = { resultBackend: `${gates}/4`, ...names, ...more };
    const { engine, reports } = await app.engine({ settings });
    const bench = { app, engine, reports };
    await reports.whenStatus(({ workers }) => workers.some(({ pool }) => pool === 'prefork'));
    const id = await submit(bench, 'tasks.steps', [2, 'named'], { queue: 'shop', priority: 7 });
    await reports.whenJob(id, ({ progress }) => progress.length === 1);
    await open(bench, 'named', 2);
    await reports.whenJob(id, (job) => job.status === 'completed' && job.latest.result !== undefined);
    // Reported by the result itself, which contains the arguments.
    const other = await reports.whenJob(await app.send('add.delay(1, 2)'), ({ latest }) => latest.result === 3);
    assert.deepEqual([other.latest.input, other.latest.limits.retry], [{ args: [1, 2], kwargs: {} }, null]);
    const held = await submit(bench, 'tasks.hold', ['gone'], { queue: 'shop' });
    await engine.cancel(await reports.whenJob(held, isRunning));
    assert.equal((await reports.whenFinished(held)).status, 'cancelled');
    await worker.stop();
    await reports.whenStatus(({ workers }) => workers.every(({ online }) => !online));
    const waiting = await app.send('add.apply_async((1, 2), priority=9)');
    await engine.cancel(await reports.whenJob(waiting, ({ latest }) => latest.input !== undefined));
    assert.equal((await reports.whenFinished(waiting)).status, 'cancelled');

    // An engine that connects later finds earlier tasks.
    const later = await app.engine({ settings });
    const seen = await later.reports.whenJob(other.externalId, ({ status }) => status === 'completed');
    assert.deepEqual([seen.latest.title, seen.latest.result], ['tasks.add', 3]);
    await later.engine.close();
    await engine.close();
  });

  it('shows pickled and compressed messages by their headers, without reading them', async () => {
    const app = application(`${gates}/5`, { task_serializer: 'pickle', accept_content: ['pickle', 'json'] });
    const { engine, reports } = await app.engine({ settings: { resultBackend: `${gates}/5` } });
    const pickled = await reports.whenJob(
      await app.send('add.delay(1, 2)'),
      ({ latest }) => latest.title !== undefined,
    );
    assert.deepEqual(
      [pickled.latest.title, pickled.latest.commandLine, pickled.latest.input],
      ['tasks.add', 'tasks.add(1, 2)', undefined],
    );
    assert.deepEqual(
      pickled.latest.limits.retry,
      celeryMessage('celery.argumentsSerialized', { serializer: 'pickle' }),
    );
    const compressed = await app.send('add.apply_async((3, 4), serializer="json", compression="zlib")');
    const job = await reports.whenJob(compressed, ({ latest }) => latest.title !== undefined);
    assert.deepEqual(
      job.latest.limits.retry,
      celeryMessage('celery.argumentsCompressed', { compression: 'application/x-gzip' }),
    );
    const known = reports.known(compressed);
    assert.ok(known);
    await assert.rejects(engine.retry({ ...known, status: 'failed' }, { key: 'x' }), { code: 'ENGINE_NOT_CAPABLE' });
    await engine.close();
  });
});
