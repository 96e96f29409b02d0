import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { JobDetail } from '../../shared/job.ts';
import { type CeleryHost, installedCelery } from '../../tools/host/celery.ts';
import { example } from '../daemon/clients/examples.ts';
import { ClientBench, messagesIn } from '../daemon/clients/programs.ts';

const tasks = `
import os, time
from celery import Celery
from jobdeck.celery import TrackedTask

app = Celery("tasks", broker=os.environ["REDIS"], backend=os.environ["REDIS"])
app.conf.broker_connection_retry_on_startup = True
app.conf.worker_hijack_root_logger = False

@app.task(base=TrackedTask, bind=True, jobdeck_title="Ingest")
def ingest(self, rows):
    for n in range(rows):
        self.update_progress(100 * (n + 1) / rows, f"Row {n + 1}", {"row": n + 1} if n == 0 else None)
    return {"rows": rows}

@app.task(base=TrackedTask, bind=True)
def broken(self):
    raise ValueError("bad row")

@app.task(base=TrackedTask, bind=True)
def flaky(self):
    if self.request.retries == 0:
        raise self.retry(exc=ConnectionError("the shop is away"), countdown=0)
    return "done"

@app.task(base=TrackedTask, bind=True)
def slow(self):
    self.update_progress(10, "Slow")
    time.sleep(120)
`;

/** Evaluates an expression with Celery and prints the result. */
const call = (module: string, expression: string) => `from ${module} import *\nprint(${expression}, flush=True)`;

describe('Celery tasks', function () {
  this.timeout(120_000);
  let bench: ClientBench;
  let host: CeleryHost;
  let redis: string;
  let env: Record<string, string | undefined>;
  const services: ChildProcess[] = [];

  before(async () => {
    const installed = installedCelery();
    assert.ok(installed, 'Celery and Redis are not installed: npm test -- celery does that.');
    host = installed;
    bench = new ClientBench();
    await bench.startDaemon();
    bench.write('tasks.py', tasks);
    const port = await freePort();
    redis = `redis://127.0.0.1:${port}`;
    env = { ...bench.env, REDIS: `${redis}/0` };
    const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', bench.folder];
    await service(host.redisServer, options, /Ready to accept connections/);
    await startWorker();
  });
  after(async () => {
    // Redis last: a worker that finds it gone while shutting down keeps trying to reconnect forever.
    for (const child of services.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await bench?.dispose();
  });

  const startWorker = (module = 'tasks') =>
    service(
      host.python,
      ['-m', 'celery', '-A', module, 'worker', '-P', 'prefork', '-c', '2', '-l', 'INFO', '--without-gossip'],
      / ready\./,
    );

  async function service(program: string, args: string[], ready: RegExp): Promise<ChildProcess> {
    const child = spawn(program, args, { cwd: bench.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    services.push(child);
    let output = '';
    await new Promise<void>((settle, fail) => {
      const append = (line: string) => {
        output += `${line}\n`;
        if (ready.test(line)) settle();
      };
      createInterface({ input: child.stdout }).on('line', append);
      createInterface({ input: child.stderr }).on('line', append);
      child.once('error', fail);
      child.once('exit', () => fail(new Error(`${program} exited before it was ready:\n${output}`)));
    });
    return child;
  }

  async function python(expression: string, module = 'tasks'): Promise<string> {
    const child = spawn(host.python, ['-c', call(module, expression)], {
      cwd: bench.folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => (output += part));
    const [code] = await once(child, 'close');
    assert.equal(code, 0, expression);
    return output.trim();
  }

  const isOf = (taskId: string) => (job: JobDetail) => (job.metadata as { taskId?: string } | null)?.taskId === taskId;
  const ended = (taskId: string) => bench.jobThat((job) => isOf(taskId)(job) && job.endedAt !== null);

  it('report their start, progress and result', async () => {
    const id = await python('ingest.delay(4).id');
    const job = await ended(id);
    assert.deepEqual([job.title, job.type, job.status], ['Ingest', 'celery', 'completed']);
    assert.deepEqual([job.result, job.progress?.current, job.progress?.message], [{ rows: 4 }, 100, 'Row 4']);
    assert.deepEqual(job.input, { args: [4], kwargs: {} });
    assert.deepEqual(messagesIn(job), ['Started.', 'Row 1']);
    assert.equal(await python(`app.AsyncResult("${id}").get()`), "{'rows': 4}");
  });

  it('report a failure with its traceback', async () => {
    const job = await ended(await python('broken.delay().id'));
    assert.deepEqual([job.status, job.error?.message], ['failed', 'bad row']);
    assert.match(job.error?.details ?? '', /Traceback[\s\S]*tasks\.py[\s\S]*ValueError: bad row/);
  });

  it('remain one job across a retry', async () => {
    const id = await python('flaky.delay().id');
    const job = await ended(id);
    assert.deepEqual([job.status, job.result], ['completed', 'done']);
    // Celery sends the retry before reporting it, and another worker process may start it immediately.
    const [first, ...others] = messagesIn(job);
    assert.equal(first, 'Started.');
    assert.deepEqual(others.sort(), ['Retry 1 started.', 'Retrying: the shop is away']);
    assert.equal((await bench.jobs()).filter(isOf(id)).length, 1);
  });

  it('report revocation while running and before the start', async () => {
    const id = await python('slow.delay().id');
    await bench.jobThat((job) => isOf(id)(job) && job.progress?.message === 'Slow');
    await python(`app.control.revoke("${id}", terminate=True)`);
    const running = await ended(id);
    assert.deepEqual([running.status, messagesIn(running).at(-1)], ['cancelled', 'Revoked while running.']);

    const later = await python('slow.apply_async(countdown=2).id');
    await python(`app.control.revoke("${later}", reply=True)`);
    const waiting = await ended(later);
    assert.deepEqual([waiting.status, messagesIn(waiting)], ['cancelled', ['Revoked before it started.']]);
  });

  for (const [index, file] of ['docs/reporting.md', 'clients/python/README.md'].entries()) {
    it(`behave as described in ${file}`, async () => {
      const code = example(file, 'python', 'TrackedTask').replace(/redis:[^"]+/, `${redis}/${index + 1}`);
      bench.write(`shop${index}.py`, code);
      await startWorker(`shop${index}`);
      const job = await ended(await python('ingest.delay(3).id', `shop${index}`));
      assert.deepEqual([job.status, job.progress?.message], ['completed', 'Row 3']);
    });
  }

  it('lose nothing while the daemon is unavailable', async () => {
    await bench.killDaemon();
    const id = await python('ingest.delay(2).get() and ingest.delay(3).id');
    await python(`app.AsyncResult("${id}").get()`);
    await bench.startDaemon();
    const job = await ended(id);
    assert.deepEqual([job.status, job.result], ['completed', { rows: 3 }]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
