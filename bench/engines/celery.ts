/** Metrics of the Celery adapter with a real worker and Redis: lost events and latency. */
import { Redis } from 'ioredis';
import { readEvents } from '../../daemon/engines/celery/wire/events.ts';
import { readEnvelope } from '../../daemon/engines/celery/wire/messages.ts';
import type { Fact, RemoteEngine } from '../../daemon/engines/remote.ts';
import { childrenOf } from '../../test/engines/celery/processes.ts';
import { MemoryReports } from '../../test/engines/memoryReports.ts';
import { type Benchmark, percentile, round } from '../metric.ts';
import { type Shop, withShop } from './worker.ts';

/** Records when each fact arrived. */
class TimedReports extends MemoryReports {
  /** `id status` → the time of the first such fact. */
  readonly times = new Map<string, number>();

  override async take(facts: readonly Fact[]): Promise<void> {
    const now = performance.timeOrigin + performance.now();
    for (const { externalId, status } of facts) {
      const key = `${externalId} ${status}`;
      if (!this.times.has(key)) this.times.set(key, now);
    }
    await super.take(facts);
  }
}

interface Bench extends Shop {
  engine: RemoteEngine;
  reports: TimedReports;
}

const withWorker = <T>(run: (bench: Bench) => Promise<T>): Promise<T> =>
  withShop(async (shop) => {
    const reports = new TimedReports();
    const { engine } = await shop.app.engine({}, reports);
    await reports.whenStatus(({ workers }) => workers.some(({ pool }) => pool !== null));
    return await run({ ...shop, engine, reports });
  });

async function submit({ engine }: Bench, task: string, args: unknown[] = []): Promise<string> {
  const { externalId } = await engine.prepare({ task, args });
  if (externalId === null) throw new Error('The task has no ID.');
  await engine.submit({ task, args }, { externalId, key: externalId });
  return externalId;
}

/** Counts task events independently of the engine. */
async function countEvents(url: string): Promise<{ count(): number; close(): void }> {
  const client = new Redis(url, { protocol: 2 });
  let count = 0;
  client.on('pmessage', (_pattern, _channel, text: string) => {
    const message = readEnvelope(text);
    const events = message === null ? [] : readEvents(message.body);
    count += events.filter(({ of }) => of === 'task').length;
  });
  await client.psubscribe('/0.celeryev/*');
  return { count: () => count, close: () => client.disconnect() };
}

const celeryCancel: Benchmark = async (note) =>
  await withWorker(async (bench) => {
    const delays: number[] = [];
    note('cancelling 20 running tasks');
    for (let n = 0; n < 20; n += 1) {
      const id = await submit(bench, 'tasks.hold', [`gate ${n}`]);
      const job = await bench.reports.whenJob(id, ({ status }) => status === 'running');
      const began = Date.now();
      await bench.engine.cancel(job);
      await bench.reports.whenFinished(id);
      delays.push((bench.reports.times.get(`${id} cancelled`) ?? Number.NaN) - began);
    }
    const value = round(percentile(delays, 0.95));
    return {
      value,
      unit: 'ms',
      target: 500,
      met: value <= 500,
      verdict: `Cancelling a running task until it is reported as revoked: p95 ${value} ms, median ${round(percentile(delays, 0.5))} ms (${delays.length} samples).`,
      samples: [],
    };
  });

const celeryBurst: Benchmark = async (note) =>
  await withWorker(async (bench) => {
    const tasks = 2_000;
    note(`${tasks} tasks in one burst`);
    const events = await countEvents(bench.url);
    const began = Date.now();
    await bench.app.python(`for n in range(${tasks}): add.delay(n, n)`);
    await bench.reports.when(() => {
      const ended = [...bench.reports.jobs.values()].filter(({ status }) => status === 'completed');
      return ended.length === tasks ? ended : null;
    });
    const seconds = round((Date.now() - began) / 1000);
    const lost = ['waiting', 'running', 'completed'].reduce((sum, status) => {
      return sum + [...bench.reports.jobs.keys()].filter((id) => !bench.reports.times.has(`${id} ${status}`)).length;
    }, 0);
    events.close();
    return {
      value: lost,
      unit: 'events lost',
      target: 0,
      met: lost === 0,
      verdict: `${lost} of ${tasks * 3} events were lost for ${tasks} tasks sent at once (an independent subscriber received ${events.count()}; ${seconds} s in total).`,
      samples: [],
    };
  });

const celeryLost: Benchmark = async (note) =>
  await withWorker(async (bench) => {
    const samples: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      note(`killing a worker, run ${n + 1} of 3`);
      const name = `dying${n}`;
      const worker = await bench.app.worker(name, ['-c', '1', '-Q', name]);
      await bench.reports.whenStatus(({ workers }) =>
        workers.some((one) => one.name === `${name}@host` && one.pool !== null),
      );
      const request = { task: 'tasks.hold', args: [name], queue: name };
      const { externalId } = await bench.engine.prepare(request);
      await bench.engine.submit(request, { externalId, key: name });
      await bench.reports.whenJob(externalId ?? '', ({ status }) => status === 'running');
      const children = childrenOf(worker.child.pid);
      const began = Date.now();
      await worker.stop('SIGKILL');
      for (const pid of children) process.kill(pid, 'SIGKILL');
      await bench.reports.whenJob(externalId ?? '', ({ status }) => status === 'lost');
      samples.push(Math.round((bench.reports.times.get(`${externalId} lost`) ?? Number.NaN) - began));
    }
    const value = Math.max(...samples);
    return {
      value,
      unit: 'ms',
      target: 10_000,
      met: value <= 10_000,
      verdict: `From the death of a worker until its task is marked lost: at most ${value} ms (${samples.length} samples).`,
      samples,
    };
  });

export const celeryBenchmarks: Record<string, Benchmark> = {
  celeryCancel,
  celeryBurst,
  celeryLost,
};
