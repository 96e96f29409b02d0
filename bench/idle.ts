/** Metric `idle`: what the daemon uses while idle, compared with pm2's daemon and bare Node with SQLite. Linux only. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Benchmark, type Figure, figure, metricOf, ratios } from './metric.ts';
import { jobdeck } from './peers/jobdeck.ts';
import { pm2, startBare } from './peers/nodePrograms.ts';
import type { RunningPeer } from './peers/peer.ts';
import { cpuMsOf, type Memory, memoryOf, switchesOf } from './use.ts';

const rounds = 5;
/** Time for startup work to finish; the daemon releases memory after ten seconds. */
const settleMs = 20_000;
const idleMs = 60_000;
const jobs = 200;

interface Idle extends Memory {
  wakeUpsPerSecond: number;
  cpuMs: number;
  /** Memory after running `jobs` jobs. */
  afterJobs: Memory | null;
}

export const idle: Benchmark = async (note) => {
  const found = new Map<string, Idle[]>();
  for (let n = 1; n <= rounds; n += 1) {
    note(`round ${n} of ${rounds}: one idle minute`);
    for (const [name, one] of await measure()) found.set(name, [...(found.get(name) ?? []), one]);
  }
  return toMetric(found);
};

/** Starts all of them side by side and measures them together. */
async function measure(): Promise<Map<string, Idle>> {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const all = new Map<string, RunningPeer & { pid: number }>();
  try {
    const start = async (name: string, begin: (own: string) => Promise<RunningPeer>) => {
      const own = join(folder, name);
      mkdirSync(own);
      const one = await begin(own);
      if (one.pid !== undefined) all.set(name, { ...one, pid: one.pid });
    };
    await start(jobdeck.name, jobdeck.start);
    if ((await pm2.version()) !== null) await start(pm2.name, pm2.start);
    await start('bare Node', startBare);
    await wait(settleMs);
    const before = [...all].map(([name, { pid }]) => ({ name, pid, switches: switchesOf(pid), cpu: cpuMsOf(pid) }));
    await wait(idleMs);
    const found = new Map(
      before.map(({ name, pid, switches, cpu }): [string, Idle] => {
        const wakeUpsPerSecond = (switchesOf(pid) - switches) / (idleMs / 1000);
        return [name, { ...memoryOf(pid), wakeUpsPerSecond, cpuMs: cpuMsOf(pid) - cpu, afterJobs: null }];
      }),
    );
    const workers = [...all].filter(([name]) => name !== 'bare Node');
    for (const [, one] of workers) await one.dispatch(jobs);
    await wait(settleMs);
    for (const [name, { pid }] of workers) Object.assign(found.get(name) ?? {}, { afterJobs: memoryOf(pid) });
    return found;
  } finally {
    for (const one of all.values()) await one.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function toMetric(found: Map<string, Idle[]>) {
  const valuesOf = (name: string, what: (one: Idle) => number) => (found.get(name) ?? []).map(what);
  const own = (what: (one: Idle) => number) => valuesOf(jobdeck.name, what);
  const others = [...found.keys()].filter((name) => name !== jobdeck.name);
  const after = (name: string) => valuesOf(name, (one) => one.afterJobs?.residentMb ?? Number.NaN);
  const isPm2Here = found.has(pm2.name);
  const shares = (own: number[], theirs: number[], name: string) =>
    isPm2Here ? [figure(name, '×', ratios(own, theirs), { atMost: 1 })] : [];
  const figures: [Figure, ...Figure[]] = [
    figure(
      'private memory',
      'MB',
      own((one) => one.privateMb),
      { atMost: 30 },
    ),
    figure(
      'resident memory',
      'MB',
      own((one) => one.residentMb),
    ),
    ...shares(
      own((one) => one.residentMb),
      valuesOf(pm2.name, (one) => one.residentMb),
      'resident memory relative to pm2',
    ),
    figure(
      'wake-ups',
      '/s',
      own((one) => one.wakeUpsPerSecond),
      { atMost: 1 },
    ),
    figure(
      'CPU time',
      'ms per minute',
      own((one) => one.cpuMs),
    ),
    figure(`resident memory at rest after ${jobs} jobs`, 'MB', after(jobdeck.name)),
    ...shares(after(jobdeck.name), after(pm2.name), `resident memory relative to pm2 after ${jobs} jobs`),
    ...others.flatMap((name) => [
      figure(
        `${name}: private memory`,
        'MB',
        valuesOf(name, (one) => one.privateMb),
      ),
      figure(
        `${name}: resident memory`,
        'MB',
        valuesOf(name, (one) => one.residentMb),
      ),
      figure(
        `${name}: wake-ups`,
        '/s',
        valuesOf(name, (one) => one.wakeUpsPerSecond),
      ),
      figure(
        `${name}: CPU time`,
        'ms per minute',
        valuesOf(name, (one) => one.cpuMs),
      ),
    ]),
  ];
  const metric = metricOf(figures, 'One idle minute, twenty seconds after the start');
  if (isPm2Here) return metric;
  return { ...metric, met: false, verdict: `${metric.verdict} Not installed, so not compared: ${pm2.name}.` };
}
