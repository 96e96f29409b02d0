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

interface Compared {
  jobs: number;
  /** From the start of the process to its answer to a request. */
  answerMs: number[];
  emptyMs: number[];
}

export const restart: Benchmark = async (note) => {
  const compared: Compared[] = [];
  for (const jobs of loads) compared.push(await compare(jobs, note));
  return toMetric(compared);
};

/** Starts an empty daemon and one with running jobs, alternately. */
async function compare(jobs: number, note: (text: string) => void): Promise<Compared> {
  const [home, empty] = ['full', 'empty'].map(() => mkdtempSync(join(tmpdir(), 'jobdeck-bench-'))) as [string, string];
  const result: Compared = { jobs, answerMs: [], emptyMs: [] };
  try {
    note(`starting ${jobs} jobs`);
    const daemon = await startMeasured(home);
    await startJobs(daemon, jobs);
    await kill(daemon);
    for (let n = 1; n <= rounds; n += 1) {
      note(`${jobs} jobs, round ${n} of ${rounds}`);
      result.emptyMs.push(await startAgain(empty, 0));
      result.answerMs.push(await startAgain(home, jobs));
    }
    return result;
  } finally {
    const daemon = await startMeasured(home);
    await daemon.client.forceFailAll({ confirm: true }).catch(() => undefined);
    await daemon.stop();
    for (const folder of [home, empty]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function startJobs({ client }: Measured, jobs: number): Promise<void> {
  await client.setQueue(queue, { concurrency: Math.max(1, jobs) });
  for (let left = jobs; left > 0; left -= batch) {
    const some = Array.from({ length: Math.min(batch, left) }, () =>
      client.submit({ command: { argv: ['sleep', '3600'] }, cwd: tmpdir(), queue }),
    );
    await Promise.all(some);
  }
  while ((await client.list({ status: 'running', limit: 1 })).total < jobs) await wait(100);
}

/** Starts a daemon that finds all jobs still running. Only one daemon runs at a time. */
async function startAgain(home: string, jobs: number): Promise<number> {
  const began = performance.now();
  const daemon = await startMeasured(home);
  const { total } = await daemon.client.list({ status: 'running', limit: 1 });
  const answerMs = performance.now() - began;
  await kill(daemon);
  if (total !== jobs) throw new Error(`${total} of ${jobs} jobs are running.`);
  return answerMs;
}

async function kill({ client, info: { pid } }: Measured): Promise<void> {
  client.close();
  process.kill(pid, 'SIGKILL');
  await untilGone(pid, 10_000);
}

function toMetric(compared: Compared[]) {
  const figures = compared.flatMap(({ jobs, answerMs, emptyMs }) => {
    const limit = targets.get(jobs);
    const target = limit === undefined ? null : { atMost: limit };
    return [
      figure(`${jobs} running jobs`, '× an empty daemon', ratios(answerMs, emptyMs), target),
      figure(`answer with ${jobs} running jobs`, 'ms', answerMs),
      figure('answer of an empty daemon', 'ms', emptyMs),
    ];
  });
  const [first = figure('nothing', 'ms', []), ...others] = figures;
  return metricOf([first, ...others], 'Restart after kill -9');
}
