/** Metrics of the remote engines as a client of the built daemon sees them, through the change feed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { readEvents } from '../../daemon/engines/celery/wire/events.ts';
import { readEnvelope } from '../../daemon/engines/celery/wire/messages.ts';
import type { ConnectionSettings } from '../../shared/connection.ts';
import type { JobStatus } from '../../shared/job.ts';
import { FakeInngest } from '../../test/engines/inngest/fake.ts';
import { recordedAt, rows } from '../../test/engines/inngest/recorded.ts';
import { openFeed } from '../feed.ts';
import { type Benchmark, figure, metricOf, percentile, round } from '../metric.ts';
import { type Measured, startMeasured } from '../process.ts';
import { memoryOf } from '../use.ts';
import { withShop } from './worker.ts';

/** How far a job has come. A frame carries only the latest status, so steps can be skipped. */
const steps: Partial<Record<JobStatus, number>> = { waiting: 1, running: 2, completed: 3 };
const stepOf: Partial<Record<string, number>> = { received: 1, started: 2, succeeded: 3 };

/** What the client has seen so far, by the job's ID at its engine. */
class SeenJobs {
  /** ID → when each step, or a later one, was first seen. */
  readonly times = new Map<string, number[]>();
  #wake: () => void = () => {};

  /** Records the jobs of one frame. */
  record(jobs: readonly { externalId: string | null; status: JobStatus }[]): void {
    const now = performance.timeOrigin + performance.now();
    for (const { externalId, status } of jobs) {
      if (externalId === null) continue;
      const times = this.times.get(externalId) ?? [];
      this.times.set(externalId, times);
      for (let step = 0; step <= (steps[status] ?? 0); step += 1) times[step] ??= now;
    }
    this.#wake();
  }

  /** Resolves when `count` jobs have reached `step` (0: seen at all). */
  async until(count: number, step: number): Promise<void> {
    while ([...this.times.values()].filter((times) => times[step] !== undefined).length < count) await this.next();
  }

  async ended(id: string): Promise<void> {
    while (this.times.get(id)?.[3] === undefined) await this.next();
  }

  next(): Promise<void> {
    return new Promise((settle) => {
      this.#wake = settle;
    });
  }
}

interface Bench {
  daemon: Measured;
  seen: SeenJobs;
}

async function withDaemon<T>(run: (bench: Bench) => Promise<T>, retention?: { days: number; jobs: number }) {
  const home = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const daemon = await startMeasured(home, retention);
  const seen = new SeenJobs();
  const feed = await openFeed(daemon.info, (jobs) => seen.record(jobs));
  try {
    return await run({ daemon, seen });
  } finally {
    feed.close();
    await daemon.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** When each event of a task was written, by the worker's clock, which is this machine's. */
async function recordEvents(url: string): Promise<{ written: Map<string, number[]>; close(): void }> {
  const client = new Redis(url, { protocol: 2 });
  const written = new Map<string, number[]>();
  client.on('pmessage', (_pattern, _channel, text: string) => {
    const message = readEnvelope(text);
    for (const { of, event } of message === null ? [] : readEvents(message.body)) {
      const step = of === 'task' ? stepOf[event.kind] : undefined;
      if (of !== 'task' || step === undefined || event.timestamp === null) continue;
      const times = written.get(event.id) ?? [];
      written.set(event.id, times);
      times[step] = event.timestamp;
    }
  });
  await client.psubscribe('/0.celeryev/*');
  return { written, close: () => client.disconnect() };
}

const celeryEvent: Benchmark = async (note) =>
  await withShop(
    async ({ url }) =>
      await withDaemon(async ({ daemon: { client }, seen }) => {
        const tasks = 200;
        await client.setConnection('prod', celeryAt(url));
        const events = await recordEvents(url);
        note(`${tasks} tasks, one after the other`);
        try {
          for (let n = 0; n < tasks; n += 1) {
            const { externalId } = await client.submitTo('prod', { task: 'tasks.add', args: [n, n] });
            await seen.ended(externalId ?? '');
          }
        } finally {
          events.close();
        }
        const delays = [...events.written].flatMap(([id, times]) =>
          [1, 2, 3].flatMap((step) => {
            const [at, shown] = [times[step], seen.times.get(id)?.[step]];
            // Excludes what was known before the event: a submitted task is waiting from the start.
            return at === undefined || shown === undefined || shown < at ? [] : [shown - at];
          }),
        );
        const [value, middle] = [round(percentile(delays, 0.95)), round(percentile(delays, 0.5))];
        return {
          value,
          unit: 'ms',
          target: 100,
          met: value <= 100 && delays.length >= tasks * 2,
          verdict: `From a worker's event until a client of the daemon receives it: p95 ${value} ms, median ${middle} ms (${delays.length} samples).`,
          samples: [],
        };
      }),
  );

const celeryAt = (url: string): ConnectionSettings => ({
  engine: 'celery',
  url: `${url}/0`,
  settings: { resultBackend: `${url}/1` },
});

/** Milliseconds from the connect request until a client has all jobs: five samples, each with a new daemon. */
async function firstLists(settings: ConnectionSettings, jobs: number): Promise<number[]> {
  const samples: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    samples.push(
      await withDaemon(async ({ daemon: { client }, seen }) => {
        const began = performance.now();
        const connecting = client.setConnection('prod', settings);
        await seen.until(jobs, 0);
        const took = performance.now() - began;
        await connecting;
        return took;
      }),
    );
  }
  return samples;
}

const firstCount = 600;
const firstList = (samples: number[], what: string) =>
  metricOf(
    [figure(`first list of ${firstCount} ${what}`, 'ms', samples, { atMost: 1_000 })],
    'From the connect request until a client of the daemon has all jobs',
  );

const celeryFirst: Benchmark = async (note) =>
  await withShop(async ({ app, worker, url }) => {
    note(`connecting to ${firstCount} waiting tasks`);
    await worker.stop();
    await app.python(`for n in range(${firstCount}): add.delay(n, n)`);
    return firstList(await firstLists(celeryAt(url), firstCount), 'waiting tasks');
  });

/** Uses a fake server that replies with recorded runs. */
const inngestFirst: Benchmark = async (note) => {
  note(`connecting to ${firstCount} runs`);
  const server = new FakeInngest();
  server.ahead = Date.now() - recordedAt;
  server.runs = Array.from({ length: firstCount }, (_, n) => {
    const queuedAt = new Date(Date.now() - 60_000 - n * 1000).toISOString();
    const id = `01M80E${String(n).padStart(20, '0')}`;
    return { ...rows.completed(), id, queuedAt, startedAt: queuedAt, endedAt: queuedAt };
  });
  await server.listen();
  try {
    return firstList(await firstLists({ engine: 'inngest', url: server.url }, firstCount), 'runs');
  } finally {
    await server.stop();
  }
};

const perDay = 100_000;
const days = 7;
/** A little longer than the daemon waits, after the last change, before it releases memory. */
const restMs = 15_000;
/** Tasks to publish before waiting for the daemon. */
const chunk = 1_000;

/**
 * A week of events as fast as the daemon can process them, over a real Redis. A real worker sends the heartbeats; the
 * task events are published here in the worker's format. Each day ends with the daily cleanup and a pause.
 */
const celeryWeek: Benchmark = async (note) =>
  await withShop(
    async ({ url }) =>
      await withDaemon(
        async ({ daemon, seen }) => {
          await daemon.client.setConnection('prod', celeryAt(url));
          const publisher = new Redis(url, { protocol: 2 });
          const memory: number[] = [];
          const began = performance.now();
          try {
            for (let day = 0; day < days; day += 1) {
              note(`day ${day + 1} of ${days}, ${perDay} tasks`);
              for (let n = 0; n < perDay; n += chunk) {
                await publish(publisher, day * perDay + n);
                await seen.until(chunk, 3);
                seen.times.clear();
              }
              await daemon.client.clean({});
              await wait(restMs);
              memory.push(memoryOf(daemon.info.pid).ownMb);
              note(`${round(memory.at(-1) ?? Number.NaN)} MB after day ${day + 1}`);
            }
          } finally {
            publisher.disconnect();
          }
          const [first = Number.NaN] = memory;
          const minutes = round((performance.now() - began) / 60_000);
          return metricOf(
            [
              figure('private memory added after the first day', 'MB', [(memory.at(-1) ?? Number.NaN) - first], {
                atMost: 10,
              }),
              figure('private memory at rest after each day', 'MB', memory),
            ],
            `A week with ${perDay} tasks a day, replayed in ${minutes} minutes`,
          );
        },
        // The default retention.
        { days: 90, jobs: 10_000 },
      ),
  );

/** Publishes the events of one chunk of tasks as `w1@host` would: fifty tasks per message. */
async function publish(redis: Redis, from: number): Promise<void> {
  const messages = 20;
  const each = chunk / messages;
  for (let message = 0; message < messages; message += 1) {
    const events = Array.from({ length: each }, (_, n) => eventsOf(from + message * each + n)).flat();
    const envelope = {
      body: Buffer.from(JSON.stringify(events)).toString('base64'),
      headers: { hostname: 'w1@host' },
      'content-encoding': 'utf-8',
      'content-type': 'application/json',
      properties: {
        delivery_mode: 1,
        delivery_info: { exchange: 'celeryev', routing_key: 'task.multi' },
        priority: 0,
        body_encoding: 'base64',
        delivery_tag: `week-${from + message}`,
      },
    };
    await redis.publish('/0.celeryev/task.multi', JSON.stringify(envelope));
  }
}

function eventsOf(n: number) {
  const uuid = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const timestamp = Date.now() / 1000;
  const common = { hostname: 'w1@host', utcoffset: 0, pid: 1, uuid, timestamp };
  return [
    {
      ...common,
      type: 'task-received',
      clock: n * 3 + 1,
      name: 'tasks.add',
      args: `[${n}, ${n}]`,
      kwargs: '{}',
      root_id: uuid,
      parent_id: null,
      retries: 0,
      eta: null,
      expires: null,
    },
    { ...common, type: 'task-started', clock: n * 3 + 2 },
    { ...common, type: 'task-succeeded', clock: n * 3 + 3, result: `${n * 2}`, runtime: 0.01 },
  ];
}

export const daemonBenchmarks: Record<string, Benchmark> = { celeryEvent, celeryFirst, inngestFirst, celeryWeek };
