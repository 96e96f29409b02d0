/** What dispatching the next job costs the daemon, with few and with many jobs waiting in the queue. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { percentile, round } from './metric.ts';
import { startMeasured } from './process.ts';

const queue = 'line';
const few = 200;
const many = 10_000;
/** Jobs that run one after another while CPU time is measured. */
const started = 150;
const rounds = 5;

export interface LongQueue {
  waiting: number;
  /** CPU milliseconds of the daemon per job: starting it and recording its outcome. */
  cpuMs: number;
  rounds: number[];
}

/** Measures short and long queues alternately, each in a new home. */
export async function compareLongQueues(): Promise<LongQueue[]> {
  const found = new Map<number, number[]>([few, many].map((waiting) => [waiting, []]));
  for (let n = 0; n < rounds; n += 1) {
    for (const [waiting, taken] of found) taken.push(await measure(waiting));
  }
  return [...found].map(([waiting, taken]) => ({
    waiting,
    cpuMs: round(percentile(taken, 0.5)),
    rounds: taken.map(round),
  }));
}

async function measure(waiting: number): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const daemon = await startMeasured(home);
  const { client } = daemon;
  try {
    await client.setQueue(queue, { concurrency: 1 });
    const first = await client.submit({ command: { argv: ['sleep', '600'] }, queue });
    const from = Date.UTC(2020, 0, 1);
    const { group } = await client.backfill({
      job: { command: { argv: ['true'] }, queue },
      from: new Date(from).toISOString(),
      to: new Date(from + waiting * 60_000).toISOString(),
      every: '1m',
      concurrency: many,
    });
    if (group === null) throw new Error('The backfill did not create a group.');
    const done = async () => (await client.list({ parent: group.id, status: 'completed', limit: 1 })).total;
    await client.cancel(first.id);
    while ((await done()) < few / 10) await wait(100);
    const [was, before] = [daemon.cpuMs(), await done()];
    while ((await done()) < before + started) await wait(100);
    const [becomes, after] = [daemon.cpuMs(), await done()];
    await client.pauseQueue(queue);
    return (becomes - was) / (after - before);
  } finally {
    await daemon.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
