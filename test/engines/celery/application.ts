/** A Celery application with workers, and an engine connected to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../../../daemon/clock.ts';
import { type CeleryConnection, celeryEngine } from '../../../daemon/engines/celery/main.ts';
import type { RemoteEngine } from '../../../daemon/engines/remote.ts';
import type { CeleryHost } from '../../../tools/host/celery.ts';
import { MemoryReports } from '../memoryReports.ts';
import type { Service, Services } from '../services.ts';

/** Gates are keys in Redis with which a test decides when a task continues. */
export const tasks = `
import json, os, signal, time
from celery import Celery
import redis

app = Celery("tasks", broker=os.environ["BROKER"], backend=os.environ.get("BACKEND") or None)
app.conf.broker_connection_retry_on_startup = True
app.conf.worker_hijack_root_logger = False
app.conf.broker_transport_options = {"visibility_timeout": int(os.environ.get("VISIBILITY", "3600"))}
app.conf.worker_prefetch_multiplier = 1
app.conf.update(json.loads(os.environ.get("CONFIG", "{}")))
gates = redis.Redis.from_url(os.environ["GATES"])

def wait_for(gate):
    gates.blpop("gate:" + gate, 120)

@app.task
def add(a, b):
    return a + b

@app.task(bind=True)
def steps(self, total, gate):
    for n in range(total):
        self.update_state(state="PROGRESS", meta={"current": n + 1, "total": total, "message": f"Row {n + 1}"})
        wait_for(gate)
    return {"rows": total}

@app.task
def broken():
    raise ValueError("bad row")

@app.task(bind=True, max_retries=2)
def flaky(self, fails):
    if self.request.retries < fails:
        raise self.retry(exc=ConnectionError(f"the shop is away {self.request.retries}"), countdown=0.2)
    return "done"

@app.task
def hold(gate):
    gates.rpush("began:" + gate, os.getpid())
    wait_for(gate)
    return "let go"

@app.task(acks_late=True)
def late(gate):
    wait_for(gate)
    return "late"

@app.task
def odd():
    return float("nan")
`;

export interface Urls {
  broker: string;
  backend: string | null;
  /** The Redis with the gates of the tasks. */
  gates: string;
}

export class Application {
  readonly urls: Urls;
  readonly #services: Services;
  readonly #host: CeleryHost;
  readonly #env: Record<string, string>;
  readonly #engines: RemoteEngine[] = [];
  readonly #workers = new Map<string, Service>();
  readonly problems: string[] = [];

  constructor(services: Services, host: CeleryHost, places: Urls, env: Record<string, string> = {}) {
    this.#services = services;
    this.#host = host;
    this.urls = places;
    this.#env = {
      BROKER: places.broker,
      BACKEND: places.backend ?? '',
      GATES: places.gates,
      PYTHONUNBUFFERED: '1',
      ...env,
    };
    services.write('tasks.py', tasks);
  }

  /** Starts a worker and waits until it accepts tasks. */
  async worker(name: string, args: string[] = [], env: Record<string, string> = {}): Promise<Service> {
    const line = ['-m', 'celery', '-A', 'tasks', 'worker', '-n', `${name}@host`, '-l', 'INFO', '-c', '2', ...args];
    const events = args.includes('--no-events') ? [] : ['-E'];
    const words = [...line.filter((word) => word !== '--no-events'), ...events];
    const options = { ready: / ready\./, env: { ...this.#env, ...env } };
    const worker = await this.#services.start(this.#host.python, words, options);
    this.#workers.set(`${name}@host`, worker);
    return worker;
  }

  /** Runs a line of Python with the tasks imported and returns its output. */
  async python(code: string, env: Record<string, string> = {}): Promise<string> {
    const child = spawn(this.#host.python, ['-c', `from tasks import *\n${code}`], {
      cwd: this.#services.folder,
      env: { ...process.env, ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => (output += part));
    const [status] = await once(child, 'close');
    if (status !== 0) throw new Error(`Python failed: ${code}`);
    return output.trim();
  }

  /** Sends a task and returns its ID. */
  async send(call: string): Promise<string> {
    return await this.python(`print(${call}.id)`);
  }

  /**
   * An engine that is connected and has seen all workers, because a worker that is “ready” may take a moment to listen.
   * `reports`: the reports of an earlier engine.
   */
  async engine(
    settings: Partial<CeleryConnection> = {},
    reports = new MemoryReports(),
  ): Promise<{ engine: RemoteEngine; reports: MemoryReports }> {
    const engine = this.engineOf({ url: this.urls.broker, ...settings }, reports);
    engine.start();
    await reports.whenConnected();
    const isThere = ({ child }: Service) => child.exitCode === null && child.signalCode === null;
    const expected = [...this.#workers].filter(([, worker]) => isThere(worker)).map(([name]) => name);
    await reports.whenStatus(({ workers }) => {
      const met = new Set(workers.filter(({ pool }) => pool !== null).map(({ name }) => name));
      return expected.every((name) => met.has(name));
    });
    return { engine, reports };
  }

  engineOf(connection: CeleryConnection, reports: MemoryReports): RemoteEngine {
    const { backend } = this.urls;
    const given = backend === null ? {} : { resultBackend: backend };
    const engine = celeryEngine(
      { ...connection, settings: { ...given, ...connection.settings } },
      {
        reports,
        clock: systemClock,
        onProblem: (error, about) => this.problems.push(`${about}: ${error instanceof Error ? error.stack : error}`),
      },
    );
    this.#engines.push(engine);
    return engine;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.close()));
  }
}
