/**
 * Metric `logs`: what log capture costs a job, how fast the end of a long log opens, and the delay of a followed log.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DaemonClient } from '../shared/client/http.ts';
import type { JobDetail } from '../shared/job.ts';
import type { SubmitRequest } from '../shared/protocol.ts';
import { type Benchmark, figure, metricOf, percentile, ratios } from './metric.ts';
import { type Measured, startMeasured } from './process.ts';

const rounds = 7;
/** Bytes written at full speed. */
const written = 500_000_000;
const longLog = 1_000_000_000;
/** How much a client requests when it opens the end of a log. */
const endBytes = 256 * 1024;
const followed = 40;

/** Writes in 64 kB chunks, like a program with a buffer, and saves the milliseconds it took to a file. */
const writer = (file: string) => `
  const { writeSync, writeFileSync } = require('node:fs');
  const piece = Buffer.from('A log line of average length that carries no progress information.\\n'.repeat(960));
  const began = performance.now();
  for (let left = ${written}; left > 0; ) left -= writeSync(1, piece);
  writeFileSync(${JSON.stringify(file)}, String(performance.now() - began));`;

export const logs: Benchmark = async (note) => {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const daemon = await startMeasured(home);
  try {
    const [own, bare]: [number[], number[]] = [[], []];
    for (let n = 0; n <= rounds; n += 1) {
      note(`round ${n} of ${rounds}: ${written / 1e6} MB without and with Jobdeck`);
      // The order alternates, so that pending disk writes affect both equally.
      const both = [() => writeBare(folder), () => writeAsJob(daemon, folder)];
      const [first, second] = n % 2 === 0 ? both : both.toReversed();
      const took = [await first?.(), await second?.()];
      const [without, within] = n % 2 === 0 ? took : took.toReversed();
      if (n > 0 && without !== undefined && within !== undefined) {
        bare.push(written / 1000 / without);
        own.push(written / 1000 / within);
      }
    }
    note('opening the end of a 1 GB log');
    const opened = await openEnds(daemon.client);
    note('following');
    const delays = [];
    for (let n = 0; n < 5; n += 1) delays.push(await follow(daemon.client));
    return metricOf(
      [
        figure('throughput relative to no Jobdeck', '×', ratios(own, bare), { atLeast: 0.98 }),
        figure('written', 'MB/s', own),
        figure('write rate without Jobdeck', 'MB/s', bare),
        figure('opening the end of a 1 GB log', 'ms', opened, { atMost: 100 }),
        figure(
          'delay of a followed line, median',
          'ms',
          delays.map((ms) => percentile(ms, 0.5)),
        ),
        figure(
          'delay of a followed line, p95',
          'ms',
          delays.map((ms) => percentile(ms, 0.95)),
          { atMost: 100 },
        ),
      ],
      'Logs',
    );
  } finally {
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

/** Milliseconds to write into a separate file opened for appending, like a job's log. */
async function writeBare(folder: string): Promise<number> {
  const [log, took] = [join(folder, 'bare.log'), join(folder, 'took')];
  const file = openSync(log, 'a', 0o600);
  const child = spawn(process.execPath, ['-e', writer(took)], { stdio: ['ignore', file, file] });
  closeSync(file);
  await once(child, 'exit');
  rmSync(log);
  return Number(readFileSync(took, 'utf8'));
}

async function writeAsJob({ client }: Measured, folder: string): Promise<number> {
  const took = join(folder, 'took');
  const { id } = await runToEnd(client, { command: { argv: [process.execPath, '-e', writer(took)] }, cwd: folder });
  await client.remove(id);
  return Number(readFileSync(took, 'utf8'));
}

async function runToEnd(client: DaemonClient, request: SubmitRequest): Promise<JobDetail> {
  const { id } = await client.submit(request);
  for (;;) {
    const job = await client.get(id);
    if (job.endedAt !== null) return job;
    await wait(50);
  }
}

/** Milliseconds from requesting the end of a 1 GB log to receiving it. */
async function openEnds(client: DaemonClient): Promise<number[]> {
  const shell = `yes 'a line in a long log' | head -c ${longLog}; echo; echo the end`;
  const { id } = await runToEnd(client, { command: { shell } });
  const took = [];
  for (let n = 0; n <= 10; n += 1) {
    const began = performance.now();
    const { bytes, size } = await client.readLog(id, 1, { offset: -endBytes, limit: endBytes });
    if (n > 0) took.push(performance.now() - began);
    if (!bytes.toString().endsWith('the end\n') || size < longLog)
      throw new Error('The response is not the end of the log.');
  }
  await client.remove(id);
  return took;
}

/** Milliseconds from writing each line until a following client receives it. Each line contains its own write time. */
async function follow(client: DaemonClient): Promise<number[]> {
  const program = `
    let n = 0;
    const timer = setInterval(() => {
      process.stdout.write(Date.now() + '\\n');
      if (++n === ${followed}) clearInterval(timer);
    }, 97);`;
  const { id } = await client.submit({ command: { argv: [process.execPath, '-e', program] } });
  while ((await client.get(id)).startedAt === null) await wait(20);
  const took: number[] = [];
  let rest = '';
  for (let offset = 0; ; ) {
    const chunk = await client.readLog(id, 1, { offset, wait: 10_000 });
    const now = Date.now();
    const lines = (rest + chunk.bytes.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) took.push(now - Number(line));
    offset = chunk.offset + chunk.bytes.length;
    if (chunk.ended && offset >= chunk.size) return took;
  }
}
