import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { testCelery } from '../../../daemon/engines/celery/main.ts';
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
    await assert.rejects(testCelery({ url }), ({ message }: Error) => {
      assert.equal(message, standing.problem?.message);
      return true;
    });
    return [standing.state, standing.problem?.message];
  }

  it('reports an unreachable broker, and connects once it is available', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}/0`;
    const reports = new MemoryReports();
    const engine = application(url).engineOf({ url }, reports);
    engine.start();
    // Requests wait while it tries to connect.
    await assert.rejects(engine.targets(''), { message: `Redis does not answer at 127.0.0.1:${port}.` });
    const { state, problem } = await reports.whenStatus((standing) => standing.state !== 'connecting');
    assert.deepEqual([state, problem?.message], ['unreachable', `Redis does not answer at 127.0.0.1:${port}.`]);
    assert.ok(problem?.hint);
    await assert.rejects(engine.prepare({ task: 'tasks.add' }), {
      code: 'CONNECTION_FAILED',
      message: problem?.message ?? '',
    });
    const redis = await services.redis(host.redisServer, port);
    await reports.whenConnected();
    assert.match((await testCelery({ url })).notes.map(({ message }) => message).join(' '), /No worker answered/);
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
    assert.deepEqual(await fails(`redis://${at}/0`), ['refused', `Redis at ${at} wants a password.`]);
    assert.deepEqual(await fails(`redis://:wrong@${at}/0`), [
      'refused',
      `Redis at ${at} refuses the user or the password.`,
    ]);
    assert.deepEqual(await fails(`redis://:secret@${at}/99`), [
      'refused',
      `Redis at ${at} has no database of this number.`,
    ]);
    assert.match((await testCelery({ url: `redis://:secret@${at}/0` })).version ?? '', /^Redis \d/);
    await redis.stop();
  });

  it('reports that another program responds', async () => {
    const server = createServer((_, reply) => reply.end('Hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const at = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    assert.deepEqual(await fails(`redis://${at}/0`), ['refused', `What answers at ${at} is not Redis.`]);
    assert.deepEqual(await fails(`amqp://${at}//`), ['refused', `What answers at ${at} is not RabbitMQ.`]);
    server.closeAllConnections();
    server.close();
  });

  it('rejects an unsupported address', async () => {
    assert.deepEqual(await fails('sqs://key@'), [
      'refused',
      'A broker of the kind “sqs” is not understood: only Redis and RabbitMQ are.',
    ]);
  });

  it('reports a missing certificate file', async () => {
    assert.deepEqual(await fails('rediss://127.0.0.1:1/0?ssl_ca_certs=/nowhere.pem'), [
      'refused',
      'The certificate file /nowhere.pem can’t be read.',
    ]);
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
    assert.equal(problem?.message, `Redis at 127.0.0.1:${port} did not answer in time.`);
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
    assert.match(pickled.latest.limits.retry?.message ?? '', /the message is pickle/);
    const compressed = await app.send('add.apply_async((3, 4), serializer="json", compression="zlib")');
    const job = await reports.whenJob(compressed, ({ latest }) => latest.title !== undefined);
    assert.match(job.latest.limits.retry?.message ?? '', /compressed \(application\/x-gzip\)/);
    const known = reports.known(compressed);
    assert.ok(known);
    await assert.rejects(engine.retry({ ...known, status: 'failed' }, { key: 'x' }), { code: 'ENGINE_NOT_CAPABLE' });
    await engine.close();
  });
});
