/** Metric `clear`: how long it takes to remove many finished jobs with their logs, and to answer in the meantime. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { probeHealth } from './healthProbe.ts';
import { writeHistory } from './manyJobs.ts';
import { type Benchmark, figure, metricOf, percentile } from './metric.ts';
import { startMeasured } from './process.ts';

const count = 20_000;
const rounds = 5;

export const clear: Benchmark = async (note) => {
  const [reply, logs, cpu, answers]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let n = 1; n <= rounds; n += 1) {
    note(`round ${n} of ${rounds}: clearing ${count} jobs`);
    const home = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
    writeJobs(home);
    const daemon = await startMeasured(home);
    try {
      const [began, before] = [performance.now(), daemon.cpuMs()];
      const delays = await probeHealth(daemon.client, () => daemon.client.clear());
      reply.push(performance.now() - began);
      cpu.push((daemon.cpuMs() - before) / count);
      while (readdirSync(join(home, 'logs')).length > 0) await wait(50);
      logs.push(performance.now() - began);
      answers.push(percentile(delays, 0.99));
    } finally {
      await daemon.stop();
      rmSync(home, { recursive: true, force: true });
    }
  }
  return metricOf(
    [
      figure('until the reply', 'ms', reply, { atMost: 2_000 }),
      figure('health in the meantime, p99', 'ms', answers, { atMost: 100 }),
      figure('until the logs are deleted', 'ms', logs),
      figure('CPU of the daemon until the reply, per job', 'ms', cpu),
    ],
    `Removing ${count} finished jobs, each with a log`,
  );
};

/** A home with finished jobs and their logs. */
function writeJobs(home: string): void {
  const file = join(home, 'jobs.db');
  writeHistory(file, count, { now: Date.now(), days: 30 });
  const db = new Database(file, { readonly: true });
  mkdirSync(join(home, 'logs'), { mode: 0o700 });
  for (const id of db.prepare('SELECT id FROM jobs').pluck().all() as string[]) {
    mkdirSync(join(home, 'logs', id), { mode: 0o700 });
    writeFileSync(join(home, 'logs', id, '1.log'), 'Done.\n', { mode: 0o600 });
  }
  db.close();
}
