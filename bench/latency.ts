/** Metric `latency`: from an update sent by a program to its arrival at a subscriber, with many of both. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openFeed } from './feed.ts';
import { type Benchmark, figure, metricOf, percentile } from './metric.ts';
import { startMeasured } from './process.ts';
import { ProgressLoad } from './progressLoad.ts';

const rounds = 5;
const seconds = 10;
const subscribers = 10;
const jobs = 100;
const perSecond = 1_000;

export const latency: Benchmark = async (note) => {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const daemon = await startMeasured(home);
  try {
    const load = await ProgressLoad.start(daemon, jobs);
    const delays: number[][] = [];
    const feeds = [];
    for (let n = 0; n < subscribers; n += 1)
      feeds.push(
        await openFeed(
          daemon.info,
          load.watch((ms) => delays.at(-1)?.push(ms)),
        ),
      );
    const cpu: number[] = [];
    for (let n = 0; n <= rounds; n += 1) {
      note(`round ${n} of ${rounds}: ${perSecond} updates a second to ${subscribers} subscribers`);
      delays.push([]);
      const before = daemon.cpuMs();
      await load.run(seconds, perSecond);
      // Wait for the frames still in transit.
      await wait(200);
      cpu.push((daemon.cpuMs() - before) / (seconds * 10));
    }
    for (const feed of feeds) feed.close();
    load.close();
    // Round 0 warms up.
    const counted = delays.slice(1);
    const at = (share: number) => counted.map((ms) => percentile(ms, share));
    const about = `${perSecond} updates a second of ${jobs} jobs, from sender to each of ${subscribers} subscribers`;
    return metricOf(
      [
        figure('p99', 'ms', at(0.99), { atMost: 25 }),
        figure('p50', 'ms', at(0.5)),
        figure('CPU of the daemon', '% of one core', cpu.slice(1)),
      ],
      about,
    );
  } finally {
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
