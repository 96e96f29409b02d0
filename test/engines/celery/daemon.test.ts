/** Celery from the command line, with the built daemon and real workers. */
import assert from 'node:assert/strict';
import { type CeleryHost, installedCelery } from '../../../tools/host/celery.ts';
import { CliBench } from '../../daemon/cli/bench.ts';
import { freePort, Services } from '../services.ts';
import { Application } from './application.ts';
import { childrenOf } from './processes.ts';

describe('Celery on the command line', function () {
  this.timeout(90_000);
  const bench = new CliBench();
  const services = new Services();
  let host: CeleryHost;
  let app: Application;
  let url: string;

  const jobdeck = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await bench.call(words);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const submit = (task: string, args: unknown[]) =>
    jobdeck('engine', 'submit', 'prod', task, '--args', JSON.stringify(args));
  const open = (gate: string, times = 1) => app.python(`[gates.rpush("gate:${gate}", "go") for _ in range(${times})]`);
  /** Polls with the command line until the job matches. */
  const until = async (id: string, holds: (job: { status: string }) => boolean) => {
    for (;;) {
      const job = await bench.show(id);
      if (holds(job)) return job;
    }
  };

  before(async () => {
    const installed = installedCelery();
    assert.ok(installed, 'Celery and Redis are not installed. Run: npm test -- engines');
    host = installed;
    const port = await freePort();
    await services.redis(host.redisServer, port);
    url = `redis://127.0.0.1:${port}`;
    app = new Application(services, host, { broker: `${url}/0`, backend: `${url}/1`, gates: `${url}/2` });
    await app.worker('w1');
  });
  after(async () => {
    await bench.dispose();
    await app?.dispose();
    await services.dispose();
  });

  it('is connected only if it responds', async () => {
    const unreachable = await bench.call([
      'engine',
      'add',
      'celery',
      'prod',
      `redis://127.0.0.1:${await freePort()}/0`,
    ]);
    assert.equal(unreachable.code, 1);
    assert.match(unreachable.stderr, /Could not reach Redis/);
    assert.match(await jobdeck('engine', 'ls'), /No connections yet/);
    await jobdeck('engine', 'add', 'celery', 'prod', `${url}/0`, '--result-backend', `${url}/1`);
    assert.match(await jobdeck('engine', 'ls'), /^prod +celery +/m);
    assert.match(await jobdeck('engine', 'targets', 'prod', 'tasks.a'), /^tasks\.add$/);
  });

  it('runs submitted tasks and reports progress and result', async () => {
    const id = await submit('tasks.steps', [2, 'steps']);
    const running = await until(id, ({ status }) => status === 'running');
    assert.deepEqual([running.connection, running.engine], ['prod', 'celery']);
    await open('steps', 2);
    assert.equal((await bench.call(['wait', id])).code, 0);
    const job = await bench.show(id);
    assert.deepEqual([job.status, job.result, job.progress?.current], ['completed', { rows: 2 }, 2]);
  });

  it('shows why a task failed, and retries it as another attempt', async () => {
    const id = await submit('tasks.broken', []);
    assert.equal((await bench.call(['wait', id])).code, 1);
    assert.match(await jobdeck('show', id), /ValueError: bad row/);
    await jobdeck('retry', id);
    await bench.call(['wait', id]);
    const { attempts } = await bench.show(id);
    assert.deepEqual(
      attempts.map(({ status }: { status: string }) => status),
      ['failed', 'failed'],
    );
  });

  it('rejects unknown tasks and changes nothing', async () => {
    const { code, stderr } = await bench.call(['engine', 'submit', 'prod', 'tasks.nosuch']);
    assert.equal(code, 1);
    assert.match(stderr, /tasks\.nosuch.*--any-name/s);
    assert.doesNotMatch(await jobdeck('ls'), /nosuch/);
  });

  it('stops tasks sent by other clients', async () => {
    await app.send('hold.delay("foreign")');
    await app.python('gates.blpop("began:foreign", 60)');
    const found = await bench.json(['ls', '--connection', 'prod', '--type', 'tasks.hold', '--status', 'running']);
    const [{ id }] = found.document.jobs;
    await jobdeck('cancel', id);
    assert.equal((await until(id, ({ status }) => status !== 'running')).status, 'cancelled');
  });

  it('shows the actual state after the daemon and a worker were killed', async () => {
    const worker = await app.worker('w2', ['-c', '1', '-Q', 'second']);
    const id = await jobdeck('engine', 'submit', 'prod', 'tasks.hold', '--args', '["doomed"]', '--queue', 'second');
    await until(id, ({ status }) => status === 'running');
    await bench.killDaemon();
    const children = childrenOf(worker.child.pid);
    await worker.stop('SIGKILL');
    for (const pid of children) process.kill(pid, 'SIGKILL');
    const lost = await until(id, ({ status }) => status === 'lost');
    assert.equal(lost.error?.code, 'WORKER_LOST');
    // Reading it does not count as activity.
    assert.equal((await bench.show(id)).status, 'lost');
  });

  it('can be disconnected', async () => {
    await jobdeck('engine', 'rm', 'prod');
    assert.match(await jobdeck('engine', 'ls'), /No connections yet/);
  });
});
