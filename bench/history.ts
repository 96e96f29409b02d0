/**
 * Metric `history`: lists, searches, statistics and daemon start with a million finished jobs, and dispatch from a long
 * queue.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListQuery } from '../shared/protocol.ts';
import { compareLongQueues, type LongQueue } from './longQueue.ts';
import { writeHistory } from './manyJobs.ts';
import { type Benchmark, percentile, round } from './metric.ts';
import { type Measured, startMeasured } from './process.ts';

const jobs = Number(process.env.BENCH_JOBS ?? 1_000_000);
const rounds = 40;
const starts = 5;
const targets = { ms: 20, readyMs: 400, megabytes: 10 };

const pages: ListQuery[] = [
  {},
  { status: 'failed' },
  { status: 'failed,cancelled', type: 'build' },
  { type: 'sync', trigger: 'scheduled' },
  { queue: 'gpu', status: 'failed' },
  { queue: 'gpu', status: 'cancelled', type: 'sync', priority: 'urgent' },
  { workspace: '/home/user/projects/onyx', status: 'failed', type: 'render' },
  { createdBy: 'ci@host', trigger: 'scheduled', priority: 'low' },
  { parent: 'group3', status: 'failed' },
  { since: '30d', status: 'failed' },
  { since: '300d', until: '200d', queue: 'gpu' },
  { sort: 'endedAt', type: 'sync' },
  { sort: 'duration', status: 'failed', queue: 'gpu' },
  { sort: 'duration', since: '3d' },
];
const searches: ListQuery[] = [
  { q: 'deploy' },
  { q: 'buil' },
  { q: 'npm run test:onyx' },
  { q: 'memory worker', since: '30d' },
  { q: 'delta 7777', status: 'failed' },
  { q: 'nowhere' },
];

/** The round trip to the same daemon without any work: the current baseline of this machine. */
const roundTrip = 'round trip';

interface Query {
  about: string;
  run(daemon: Measured): Promise<unknown>;
}

const queries: Query[] = [
  { about: roundTrip, query: { parent: 'none' } },
  ...pages.map((query) => ({ about: `page ${JSON.stringify(query)}`, query })),
  ...searches.map((query) => ({ about: `search ${JSON.stringify(query)}`, query })),
]
  .map(({ about, query }): Query => ({ about, run: ({ client }) => client.list({ ...query, limit: 50 }) }))
  .concat([
    { about: 'statistics over 30 days', run: ({ client }) => client.stats({ since: '30d' }) },
    {
      about: 'statistics of one type over 30 days',
      run: ({ client }) => client.stats({ since: '30d', type: 'build' }),
    },
  ]);

export const history: Benchmark = async (note) => {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  try {
    const [full, empty] = [join(folder, 'full'), join(folder, 'empty')];
    for (const home of [full, empty]) mkdirSync(home, { mode: 0o700 });
    note(`writing ${jobs} jobs`);
    writeHistory(join(full, 'jobs.db'), jobs, { now: Date.now(), days: 365 });
    note('starting daemons with and without history, alternately');
    const started = await compareStarts(full, empty);
    note(`running ${queries.length} queries ${rounds} times each`);
    const measured = await runAll(full);
    note('dispatching from a short and a long queue, alternately');
    return verdictOf(measured, started, await compareLongQueues());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Started {
  readyMs: number;
  readyEmptyMs: number;
  /** Resident memory added compared with an empty daemon. */
  megabytes: number;
}

async function compareStarts(full: string, empty: string): Promise<Started> {
  const found: Record<string, { ready: number[]; megabytes: number[] }> = {};
  for (let n = 0; n < starts; n += 1) {
    for (const home of [full, empty]) {
      const daemon = await startMeasured(home);
      found[home] ??= { ready: [], megabytes: [] };
      found[home].ready.push(daemon.readyMs);
      found[home].megabytes.push(daemon.megabytes());
      await daemon.stop();
    }
  }
  const median = (home: string, what: 'ready' | 'megabytes') => percentile(found[home]?.[what] ?? [], 0.5);
  return {
    readyMs: round(median(full, 'ready')),
    readyEmptyMs: round(median(empty, 'ready')),
    megabytes: round(median(full, 'megabytes') - median(empty, 'megabytes')),
  };
}

interface QueryTimes {
  about: string;
  p50: number;
  p95: number;
}

/**
 * Runs every query once per round, so that a busy moment affects all of them equally. The first round is not counted.
 */
async function runAll(home: string): Promise<QueryTimes[]> {
  const times = new Map<string, number[]>(queries.map(({ about }) => [about, []]));
  const daemon = await startMeasured(home);
  try {
    for (let n = 0; n <= rounds; n += 1) {
      for (const { about, run } of queries) {
        const began = performance.now();
        await run(daemon);
        if (n > 0) times.get(about)?.push(performance.now() - began);
      }
    }
  } finally {
    await daemon.stop();
  }
  return [...times].map(([about, own]) => ({
    about,
    p50: round(percentile(own, 0.5)),
    p95: round(percentile(own, 0.95)),
  }));
}

function verdictOf(all: QueryTimes[], started: Started, dispatched: LongQueue[]) {
  const timed = all.filter(({ about }) => about !== roundTrip);
  const idle = all.find(({ about }) => about === roundTrip)?.p95;
  const worst = timed.reduce((a, b) => (b.p95 > a.p95 ? b : a));
  const slow = timed.filter(({ p95 }) => p95 >= targets.ms);
  const measured =
    slow.length === 0
      ? `all ${timed.length} queries take less than ${targets.ms} ms at p95`
      : `${slow.length} of ${timed.length} queries take ${targets.ms} ms or more at p95, the slowest ${worst.p95} ms (${worst.about})`;
  const met = slow.length === 0 && started.readyMs < targets.readyMs && started.megabytes <= targets.megabytes;
  return {
    value: worst.p95,
    unit: 'ms',
    target: targets.ms,
    met,
    verdict: `With ${jobs} finished jobs, ${measured}. The daemon is ready after ${started.readyMs} ms (target ${targets.readyMs}, ${started.readyEmptyMs} ms when empty) and uses ${started.megabytes} MB more than an empty one (target ${targets.megabytes}). A round trip without any work took ${idle} ms at p95. Starting a job and recording its end takes ${dispatched.map(({ waiting, cpuMs }) => `${cpuMs} ms of CPU time with ${waiting} waiting`).join(', ')}.`,
    samples: [...all, { about: 'start', ...started }, ...dispatched.map((one) => ({ about: 'long queue', ...one }))],
  };
}
