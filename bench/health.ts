/** Metric `health`: how long the daemon takes to answer while many jobs are submitted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeHealth } from './healthProbe.ts';
import { type Benchmark, figure, metricOf, percentile } from './metric.ts';
import { startMeasured } from './process.ts';

const count = 2_000;
/** Requests in flight: more than the daemon accepts connections would be refused. */
const atOnce = 50;
const rounds = 5;
const queue = 'paused';

export const health: Benchmark = async (note) => {
  const home = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const daemon = await startMeasured(home);
  const { client } = daemon;
  try {
    await client.setQueue(queue, { concurrency: 1 });
    await client.pauseQueue(queue);
    const [p99, longest, took]: [number[], number[], number[]] = [[], [], []];
    for (let n = 1; n <= rounds; n += 1) {
      note(`round ${n} of ${rounds}: ${count} submissions, ${atOnce} at once`);
      const began = performance.now();
      const submit = async () => {
        for (let sent = 0; sent < count / atOnce; sent += 1)
          await client.submit({ command: { argv: ['true'] }, queue });
      };
      const delays = await probeHealth(client, () => Promise.all(Array.from({ length: atOnce }, submit)));
      took.push(performance.now() - began);
      p99.push(percentile(delays, 0.99));
      longest.push(Math.max(...delays));
    }
    return metricOf(
      [
        figure('p99', 'ms', p99, { atMost: 100 }),
        figure('longest', 'ms', longest),
        figure('until all are submitted', 'ms', took),
      ],
      `Answers while ${count} jobs are submitted, ${atOnce} at once`,
    );
  } finally {
    await daemon.stop();
    rmSync(home, { recursive: true, force: true });
  }
};
