/** Metric `reporting`: what a progress report costs the program that makes it, with a daemon that takes them. */
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
 * The program: one round after the other, each in one go and then as a program does it, giving the client its turn
 * every 1,000 reports. Prints microseconds per report of each round, of processor time of the whole process, so that what
 * the client does behind the program's back counts too.
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
      figures.push({ call, whole: (user + system) / ${perRound} });
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
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (said += part));
    await once(child, 'close');
    const { delivered, figures } = JSON.parse(said) as {
      delivered: boolean;
      figures: { call: number; whole: number }[];
    };
    const [call, whole] = [figures.map((one) => one.call), figures.map((one) => one.whole)];
    const value = round(Math.max(percentile(call, 0.5), percentile(whole, 0.5)));
    const met = delivered && value < target;
    const worst = round(Math.max(...call, ...whole));
    return {
      value,
      unit: 'µs',
      target,
      met,
      verdict: `A progress report costs its program ${value} µs: the call by the clock, or the processor time of all that is done for it, whichever is more (median of ${rounds} rounds; worst ${worst} µs)${delivered ? '' : '; not all were delivered'}.`,
      samples: figures,
    };
  } finally {
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
