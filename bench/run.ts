/** `npm run bench`: runs every benchmark (or those named), prints a table and writes bench/results.json. */
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { history } from './history.ts';
import { latency } from './latency.ts';
import type { Benchmark, Metric } from './metric.ts';
import { outputProgress } from './outputProgress.ts';
import { reporting } from './reporting.ts';
import { updates } from './updates.ts';

const benchmarks: Record<string, Benchmark> = { history, latency, reporting, updates, outputProgress };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  process.stderr.write(`No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.\n`);
  process.exit(2);
}

const metrics: Record<string, Metric> = {};
for (const [name, benchmark] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  metrics[name] = await benchmark((text) => process.stderr.write(`${name}: ${text}…\n`));
}
const [cpu] = cpus();
const machine = {
  platform: `${process.platform} ${release()} ${process.arch}`,
  cpu: `${cpus().length} × ${cpu?.model ?? 'unknown'}`,
  memoryGb: Math.round(totalmem() / 1e9),
  node: process.versions.node,
};
writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify({ machine, metrics }, null, 2)}\n`);
process.stdout.write(`${table().join('\n')}\n`);

function table(): string[] {
  return Object.entries(metrics).flatMap(([name, { value, unit, target, met, verdict, samples }]) => [
    `${name.padEnd(12)} ${String(value).padStart(8)} ${unit}  target ${target} ${unit}  ${met ? 'met' : 'not met'}`,
    ...samples.map((sample) => `  ${JSON.stringify(sample)}`),
    verdict,
  ]);
}
