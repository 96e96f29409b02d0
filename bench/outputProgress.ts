/** Metric `outputProgress`: the cost of reading progress from the output of one busy job and of many quiet ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { OutputProgress } from '../shared/job.ts';
import { type Benchmark, figure, metricOf, round } from './metric.ts';
import { type Measured, startMeasured } from './process.ts';

const seconds = 4;
const rounds = 5;
const megabytesPerSecond = 100;
const quietJobs = 50;
const target = 5;

/** Writes numbered lines at this rate, like a build, for slightly longer than the measurement. */
const writer = `
  const { writeSync } = require('node:fs');
  const count = ${(seconds + 4) * megabytesPerSecond};
  const began = Date.now();
  for (let n = 0; n < count; ) {
    const due = Math.min(count, Math.floor(((Date.now() - began) / 1000) * ${megabytesPerSecond}));
    for (; n < due; n += 1) {
      const line = \`[\${n + 1}/\${count}] Building C object CMakeFiles/demo.dir/a/path/of/some/length/file.c.o\\n\`;
      for (let rest = Buffer.from(line.repeat(Math.ceil(1e6 / line.length))); rest.length > 0; )
        rest = rest.subarray(writeSync(1, rest));
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }`;

interface Sample {
  what: string;
  /** CPU use of the daemon in percent of one core. */
  cpu: number;
  /** Megabytes written per second during the measurement. */
  written: number;
  /** Progress of the job at the end, in percent. */
  progress: number | null;
}

/** CPU use of the daemon over the next few seconds, in percent of one core. */
async function cpuShare({ cpuMs }: Measured): Promise<number> {
  const [before, began] = [cpuMs(), performance.now()];
  await setTimeout(seconds * 1000);
  return (100 * (cpuMs() - before)) / (performance.now() - began);
}

async function measureBusy(daemon: Measured, what: string, outputProgress: OutputProgress): Promise<Sample> {
  const { client } = daemon;
  const { id } = await client.submit({
    command: { argv: [process.execPath, '-e', writer] },
    cwd: tmpdir(),
    title: what,
    outputProgress,
  });
  while ((await client.get(id)).startedAt === null) await setTimeout(50);
  await setTimeout(1_000);
  const size = async () => (await client.get(id)).attempts[0]?.logBytes ?? 0;
  const [bytes, began] = [await size(), performance.now()];
  const cpu = await cpuShare(daemon);
  const written = ((await size()) - bytes) / 1000 / (performance.now() - began);
  const { progress } = await client.get(id);
  await client.cancel(id);
  while ((await client.get(id)).endedAt === null) await setTimeout(50);
  await client.remove(id);
  const done = progress?.total == null ? null : round((100 * progress.current) / progress.total);
  return { what, cpu: round(cpu), written: Math.round(written), progress: done };
}

async function measureQuiet(daemon: Measured): Promise<Sample> {
  const { client } = daemon;
  const what = `${quietJobs} quiet jobs`;
  const command = { shell: `echo here; sleep ${seconds + 30}` };
  const jobs = await Promise.all(
    Array.from({ length: quietJobs }, () => client.submit({ command, cwd: tmpdir(), title: what })),
  );
  // Wait until all of them are polled at the slowest rate.
  await setTimeout(12_000);
  const cpu = await cpuShare(daemon);
  for (const { id } of jobs) await client.cancel(id);
  while ((await client.list({ status: 'running', limit: 1 })).total > 0) await setTimeout(50);
  return { what, cpu: round(cpu), written: 0, progress: null };
}

export const outputProgress: Benchmark = async (note) => {
  const home = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  try {
    const daemon = await startMeasured(home);
    const [without, busy, own, quiet]: [Sample[], Sample[], Sample[], Sample[]] = [[], [], [], []];
    const pattern = { pattern: '^\\[(?<current>\\d+)/(?<total>\\d+)\\] (?<message>.*)' };
    for (let n = 1; n <= rounds; n += 1) {
      note(`round ${n} of ${rounds}: a job that writes ${megabytesPerSecond} MB/s, then ${quietJobs} quiet ones`);
      without.push(await measureBusy(daemon, 'not read', false));
      busy.push(await measureBusy(daemon, 'read', null));
      own.push(await measureBusy(daemon, 'read with a pattern', pattern));
      quiet.push(await measureQuiet(daemon));
    }
    await daemon.stop();
    const cpu = (name: string, samples: Sample[], limit = true) =>
      figure(
        name,
        '% of one core',
        samples.map((one) => one.cpu),
        limit ? { atMost: target } : null,
      );
    const metric = metricOf(
      [
        cpu('read', busy),
        cpu('read with a pattern', own),
        cpu('not read', without, false),
        cpu(`${quietJobs} quiet jobs`, quiet),
        figure(
          'write rate',
          'MB/s',
          busy.map((one) => one.written),
        ),
      ],
      `CPU use of the daemon while it reads progress from a job that writes ${megabytesPerSecond} MB/s`,
    );
    const isRead = [...busy, ...own].every(({ progress }) => progress !== null);
    return {
      ...metric,
      met: metric.met && isRead,
      samples: [...metric.samples, ...without, ...busy, ...own, ...quiet],
    };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
};
