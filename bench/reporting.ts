/** Metric `reporting`: what a progress report costs the reporting program while a daemon receives it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Benchmark, percentile, round } from './metric.ts';
import { startMeasured } from './process.ts';

const perRound = 200_000;
const rounds = 9;
const target = 20;

/**
 * The program. Each round first reports in a tight loop, then yields every 1,000 reports as real programs do. It prints
 * microseconds per report; the second figure is CPU time of the whole process, so that the client's background work
 * counts too.
 */
const program = `
  const { startJob } = require(${JSON.stringify(resolve(import.meta.dirname, '../dist/client.js'))});
  const job = startJob({ title: 'Bench', total: ${perRound} });
  const turn = () => new Promise(setImmediate);
  (async () => {
    const figures = [];
    for (let round = 0; round < ${rounds}; round += 1) {
      const calls = process.hrtime.bigint();
      for (let n = 0; n < ${perRound}; n += 1) job.progress(n, ${perRound}, 'Row');
      const call = Number(process.hrtime.bigint() - calls) / 1000 / ${perRound};
      await job.flush();
      const before = process.cpuUsage();
      for (let n = 0; n < ${perRound}; n += 1) {
        job.progress(n, ${perRound}, 'Row');
        if (n % 1000 === 0) await turn();
      }
      await job.flush();
      const { user, system } = process.cpuUsage(before);
      figures.push({ call, total: (user + system) / ${perRound} });
    }
    job.complete();
    console.log(JSON.stringify({ delivered: await job.flush(), figures }));
  })();
`;

export const reporting: Benchmark = async (note) => {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const daemon = await startMeasured(home);
  try {
    note(`${rounds} rounds of ${perRound} progress reports`);
    const env = { ...process.env, JOBDECK_HOME: home, JOBDECK_JOB_ID: undefined };
    const child = spawn(process.execPath, ['-e', program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
    await once(child, 'close');
    const { delivered, figures } = JSON.parse(output) as {
      delivered: boolean;
      figures: { call: number; total: number }[];
    };
    const [call, total] = [figures.map((one) => one.call), figures.map((one) => one.total)];
    const value = round(Math.max(percentile(call, 0.5), percentile(total, 0.5)));
    const met = delivered && value < target;
    const worst = round(Math.max(...call, ...total));
    return {
      value,
      unit: 'µs',
      target,
      met,
      verdict: `A progress report costs its program ${value} µs: the larger of the duration of the call and its total CPU time (median of ${rounds} rounds, worst ${worst} µs)${delivered ? '' : '. Not all reports were delivered'}.`,
      samples: figures,
    };
  } finally {
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
