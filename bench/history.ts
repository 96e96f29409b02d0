/** Metric `history`: pages, searches and statistics over a million finished jobs, the daemon's start with them, and a long queue. */
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

/** What the way there and back takes on this machine now, by the same daemon. */
const nothing = 'nothing';

interface Question {
  about: string;
  ask(daemon: Measured): Promise<unknown>;
}

const questions: Question[] = [
  { about: nothing, query: { parent: 'none' } },
  ...pages.map((query) => ({ about: `page ${JSON.stringify(query)}`, query })),
  ...searches.map((query) => ({ about: `search ${JSON.stringify(query)}`, query })),
]
  .map(({ about, query }): Question => ({ about, ask: ({ client }) => client.list({ ...query, limit: 50 }) }))
  .concat([
    { about: 'statistics of 30 days', ask: ({ client }) => client.stats({ since: '30d' }) },
    { about: 'statistics of 30 days of a type', ask: ({ client }) => client.stats({ since: '30d', type: 'build' }) },
  ]);

export const history: Benchmark = async (note) => {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  try {
    const [full, empty] = [join(folder, 'full'), join(folder, 'empty')];
    for (const home of [full, empty]) mkdirSync(home, { mode: 0o700 });
    note(`writing ${jobs} jobs`);
    writeHistory(join(full, 'jobs.db'), jobs, { now: Date.now(), days: 365 });
    note('starting daemons with and without them, in turn');
    const started = await compareStarts(full, empty);
    note(`asking ${questions.length} questions ${rounds} times each`);
    const asked = await askAll(full);
    note('starting jobs of a queue with few and with many waiting, in turn');
    return verdictOf(asked, started, await compareLongQueues());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Started {
  readyMs: number;
  readyEmptyMs: number;
  /** Resident memory above that of an empty daemon. */
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

interface Answered {
  about: string;
  p50: number;
  p95: number;
}

/** Each question once a round, so that a busy moment of the machine hits all alike. The first round is not counted. */
async function askAll(home: string): Promise<Answered[]> {
  const times = new Map<string, number[]>(questions.map(({ about }) => [about, []]));
  const daemon = await startMeasured(home);
  try {
    for (let n = 0; n <= rounds; n += 1) {
      for (const { about, ask } of questions) {
        const began = performance.now();
        await ask(daemon);
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

function verdictOf(all: Answered[], started: Started, dispatched: LongQueue[]) {
  const answered = all.filter(({ about }) => about !== nothing);
  const idle = all.find(({ about }) => about === nothing)?.p95;
  const worst = answered.reduce((a, b) => (b.p95 > a.p95 ? b : a));
  const slow = answered.filter(({ p95 }) => p95 >= targets.ms);
  const asked =
    slow.length === 0
      ? `all ${answered.length} questions are below ${targets.ms} ms at p95`
      : `${slow.length} of ${answered.length} questions are not below ${targets.ms} ms at p95, the slowest takes ${worst.p95} ms (${worst.about})`;
  const met = slow.length === 0 && started.readyMs < targets.readyMs && started.megabytes <= targets.megabytes;
  return {
    value: worst.p95,
    unit: 'ms',
    target: targets.ms,
    met,
    verdict: `With ${jobs} finished jobs ${asked}; the daemon is ready after ${started.readyMs} ms (target ${targets.readyMs}, empty ${started.readyEmptyMs}) (an answer that reads nothing took ${idle} ms at p95 meanwhile), and it takes ${started.megabytes} MB more than an empty one (target ${targets.megabytes}). Starting a job and recording its end takes ${dispatched.map(({ waiting, cpuMs }) => `${cpuMs} ms of a processor with ${waiting} waiting`).join(', ')}.`,
    samples: [...all, { about: 'start', ...started }, ...dispatched.map((one) => ({ about: 'long queue', ...one }))],
  };
}
