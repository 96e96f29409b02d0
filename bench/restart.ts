/** Metric `restart`: how long the next daemon takes to show all jobs, with none, 300 and 1,500 of them running. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { untilGone } from '../shared/client/process.ts';
import { type Benchmark, figure, metricOf, ratios } from './metric.ts';
import { type Measured, startMeasured } from './process.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
/** Running jobs, and by how much they may delay the answer compared with an empty daemon. */
const loads = (process.env.BENCH_RUNNING ?? '300,1500').split(',').map(Number);
const targets = new Map([
  [300, 2],
  [1_500, 4],
]);
/** Jobs that are submitted at once. */
const batch = 50;
const queue = 'restart';

interface Loaded {
  jobs: number;
  home: string;
  daemon: Measured;
  /** From the start of the process to its answer to a request. */
  answerMs: number[];
}

export const restart: Benchmark = async (note) => {
  const loaded: Loaded[] = [];
  try {
    for (const jobs of [0, ...loads]) {
      note(`starting ${jobs} jobs`);
      const home = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
      const one = { jobs, home, daemon: await startMeasured(home), answerMs: [] };
      loaded.push(one);
      await startJobs(one);
    }
    for (let n = 1; n <= rounds; n += 1) {
      note(`round ${n} of ${rounds}`);
      for (const one of loaded) one.answerMs.push(await startAgain(one));
    }
    return toMetric(loaded);
  } finally {
    for (const { daemon, home } of loaded) {
      await daemon.client.forceFailAll({ confirm: true }).catch(() => undefined);
      await daemon.stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    }
  }
};

async function startJobs({ daemon: { client }, jobs }: Loaded): Promise<void> {
  await client.setQueue(queue, { concurrency: Math.max(1, jobs) });
  for (let left = jobs; left > 0; left -= batch) {
    const some = Array.from({ length: Math.min(batch, left) }, () =>
      client.submit({ command: { argv: ['sleep', '3600'] }, cwd: tmpdir(), queue }),
    );
    await Promise.all(some);
  }
  while ((await client.list({ status: 'running', limit: 1 })).total < jobs) await wait(100);
}

/** Kills the daemon and measures the next one. All jobs must still be running. */
async function startAgain(one: Loaded): Promise<number> {
  const { pid } = one.daemon.info;
  one.daemon.client.close();
  process.kill(pid, 'SIGKILL');
  await untilGone(pid, 10_000);
  const began = performance.now();
  one.daemon = await startMeasured(one.home);
  const { total } = await one.daemon.client.list({ status: 'running', limit: 1 });
  const answerMs = performance.now() - began;
  if (total !== one.jobs) throw new Error(`${total} of ${one.jobs} jobs are running.`);
  return answerMs;
}

function toMetric(loaded: Loaded[]) {
  const empty = loaded[0]?.answerMs ?? [];
  const figures = loaded.slice(1).flatMap(({ jobs, answerMs }) => {
    const limit = targets.get(jobs);
    const target = limit === undefined ? null : { atMost: limit };
    return [
      figure(`${jobs} running jobs`, '× an empty daemon', ratios(answerMs, empty), target),
      figure(`answer with ${jobs} running jobs`, 'ms', answerMs),
    ];
  });
  const [first = figure('empty', 'ms', empty), ...others] = figures;
  return metricOf([first, ...others, figure('answer of an empty daemon', 'ms', empty)], 'Restart after kill -9');
}
