/** Runs benchmarks by name, prints a table and writes a results file. */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Figure, Metric } from './metric.ts';

export interface Run {
  /** Names of the benchmarks to run. Empty means all. */
  wanted: string[];
  /** Name of the results file in `bench/`. */
  file: string;
  /** Versions of the peers. */
  versions?: Record<string, string | null>;
}

/** Logs the current step to stderr. */
export const logStep = (text: string) => process.stderr.write(`${text}…\n`);

/** Exits with 2 if a name is unknown. A failing benchmark does not stop the others, but makes the exit code 1. */
export async function runBenchmarks(
  benchmarks: Record<string, Benchmark>,
  { wanted, file, versions = {} }: Run,
): Promise<void> {
  const unknown = wanted.filter((name) => !(name in benchmarks));
  if (unknown.length > 0) {
    const known = Object.keys(benchmarks).join(', ');
    process.stderr.write(`No such benchmark: ${unknown.join(', ')}. Available: ${known}.\n`);
    process.exit(2);
  }
  const machine = machineNow();
  const metrics: Record<string, Metric> = {};
  const failed: string[] = [];
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    try {
      metrics[name] = await benchmark((text) => logStep(`${name}: ${text}`));
    } catch (error) {
      failed.push(name);
      process.stderr.write(`${name} failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    }
    // Written after each benchmark, so that results survive a later failure.
    const results = { machine, versions: { node: process.versions.node, ...versions }, metrics, failed };
    writeFileSync(join(import.meta.dirname, file), `${JSON.stringify(results, null, 2)}\n`);
  }
  process.stdout.write(`${Object.entries(metrics).flatMap(rows).join('\n')}\n`);
  if (failed.length > 0) process.exitCode = 1;
}

function machineNow() {
  const [cpu] = cpus();
  return {
    platform: `${process.platform} ${release()} ${process.arch}`,
    cpu: `${cpus().length} × ${cpu?.model ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 1e9),
    /** Load before the first benchmark. Timings from a busy machine mean little. */
    loadBefore: loadavg()[0],
  };
}

function rows([name, { value, unit, target, met, verdict, samples }]: [string, Metric]): string[] {
  const figures = samples.filter(isFigure);
  if (figures.length === 0) {
    return [row(`${name}`, `${value} ${unit}`, '', `${target}`, met ? 'met' : 'MISSED'), `  ${verdict}`, ''];
  }
  return [
    row(name, '', '', '', met ? 'met' : 'MISSED'),
    ...figures.map((one) =>
      row(`  ${one.name}`, `${one.value} ${one.unit}`, one.spread.join('–'), one.target ?? '', verdictOf(one)),
    ),
    '',
  ];
}

function row(name: string, value: string, spread: string, target: string, outcome: string): string {
  return `${name.padEnd(60)} ${value.padStart(18)}  ${spread.padEnd(18)} ${target.padEnd(10)} ${outcome}`.trimEnd();
}

function verdictOf({ target, met }: Figure): string {
  if (target === null) return '';
  return met ? 'met' : 'MISSED';
}

function isFigure(sample: unknown): sample is Figure {
  return typeof sample === 'object' && sample !== null && 'spread' in sample && 'rounds' in sample;
}
